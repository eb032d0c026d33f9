import type { Message } from '../effects/effects';
import type { CreditNote } from '../ledger/credit-notes';
import {
  corrections,
  type Grant,
  type Paid,
  type Payment,
  unpaidCorrections,
} from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';

/**
 * What was refunded, disputed or credited before the payment itself was told of is reversed at once.
 * @param creditNotes those of the invoice that it paid
 */
export function correctionsAtOnce(
  payment: Payment | undefined,
  paid: Paid,
  granted: readonly Transfer[],
  creditNotes: readonly CreditNote[],
): Transfer[] {
  if (payment === undefined) return [];
  return corrections({ ...payment, paid, grants: granted.map(asGrant), creditNotes });
}

/** The same of what no payment caused. */
export function unpaidCorrectionsAtOnce(
  granted: readonly Transfer[],
  creditNotes: readonly CreditNote[],
): Transfer[] {
  return unpaidCorrections(granted.map(asGrant), creditNotes);
}

function asGrant(transfer: Transfer): Grant {
  return { transfer, reversedMinor: 0n, corrections: 0 };
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
