import type { Message } from '../effects/effects';
import type { Transfer } from '../ledger/transfers';

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
