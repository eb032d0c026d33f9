import { type Transfer, userAccount } from './transfers';

/** What an administrator gives a user, or corrects of what the user has. */
export interface Adjustment {
  /** A UUID, the same when the request is repeated. */
  readonly adjustmentId: string;
  readonly userId: string;
  /** `grant`: goodwill, a bonus, a payment that came another way. `correction`: of a mistake. */
  readonly kind: 'grant' | 'correction';
  /** A lower-case ISO 4217 currency, or `credits`. */
  readonly unit: string;
  /** What the balance is to change by, never zero; below zero takes, which a correction alone does. */
  readonly amountMinor: bigint;
  /** In the words of who asked for it. */
  readonly reason: string;
}

/** Names the transfer of an adjustment. */
export function adjustmentKey(adjustmentId: string): string {
  return `adjustment:${adjustmentId}`;
}

/** No payment stands behind it, so that the account `adjustments` gives what the user receives. */
export function adjustmentTransfer(adjustment: Adjustment): Transfer {
  const user = userAccount(adjustment.userId);
  const gives = adjustment.amountMinor > 0n;
  return {
    idempotencyKey: adjustmentKey(adjustment.adjustmentId),
    debitAccount: gives ? 'adjustments' : user,
    creditAccount: gives ? user : 'adjustments',
    unit: adjustment.unit,
    amountMinor: gives ? adjustment.amountMinor : -adjustment.amountMinor,
    reason: adjustment.kind,
    paymentId: null,
    reverses: null,
    description: adjustment.reason,
  };
}
