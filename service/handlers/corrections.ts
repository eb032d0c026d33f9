import type { Message } from '../effects/effects';
import { corrections, type Paid, type Payment } from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';

/** What was refunded or disputed before the payment itself was told of is reversed at once. */
export function correctionsAtOnce(
  payment: Payment | undefined,
  paid: Paid,
  granted: readonly Transfer[],
): Transfer[] {
  if (payment === undefined) return [];
  const grants = granted.map((transfer) => ({ transfer, reversedMinor: 0n, corrections: 0 }));
  return corrections({ ...payment, paid, grants });
}

/** What is told of the corrections that touch the user's balance. */
export function correctionMessages(corrected: readonly Transfer[], userId: string): Message[] {
  return corrected.flatMap((transfer): Message[] => {
    const isReversal = transfer.debitAccount === `user:${userId}`;
    if (!isReversal && transfer.creditAccount !== `user:${userId}`) return [];
    return [
      {
        key: transfer.idempotencyKey,
        type: isReversal ? 'balance.reversed' : 'balance.restored',
        userId,
        data: {
          paymentId: transfer.paymentId,
          unit: transfer.unit,
          amountMinor: Number(transfer.amountMinor),
        },
      },
    ];
  });
}
