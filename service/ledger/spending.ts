import { type Transfer, userAccount } from './transfers';

/** What a host application takes from a user's balance, for something that the user got of it. */
export interface Spend {
  /** A UUID, the same when the request is repeated. */
  readonly spendId: string;
  readonly userId: string;
  /** A lower-case ISO 4217 currency, or `credits`. */
  readonly unit: string;
  /** Above zero. */
  readonly amountMinor: bigint;
  /** The caller's reason. */
  readonly description: string;
}

/** Names the transfer of a spend. */
export function spendKey(spendId: string): string {
  return `spend:${spendId}`;
}

/** What was owed to the user is earned. Whether they have it is for whoever holds the lock to see. */
export function spendTransfer(spend: Spend): Transfer {
  return {
    idempotencyKey: spendKey(spend.spendId),
    debitAccount: userAccount(spend.userId),
    creditAccount: 'revenue',
    unit: spend.unit,
    amountMinor: spend.amountMinor,
    reason: 'spend',
    paymentId: null,
    reverses: null,
    description: spend.description,
  };
}
