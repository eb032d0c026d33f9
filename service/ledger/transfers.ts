/**
 * The ledger is a list of immutable transfers from one account to another, balanced by construction:
 * what one account gives is what the other receives. A mistake is mended by a further transfer.
 */

/** `user:…` accounts have a materialised balance; the others are sums over the transfers. */
export type Account = `user:${string}` | 'stripe_clearing';

/** One movement of `amountMinor` of `unit`, from the debit account to the credit account. */
export interface Transfer {
  /** Names the object that caused it, so that it happens once: `checkout_session:cs_…:credit`. */
  readonly idempotencyKey: string;
  readonly debitAccount: Account;
  readonly creditAccount: Account;
  /** A lower-case ISO 4217 currency. */
  readonly unit: string;
  /** Above zero; the direction is in the accounts. */
  readonly amountMinor: bigint;
  readonly reason: 'topup';
}

/** The account of what a user of the host application has with us. */
export function userAccount(userId: string): Account {
  return `user:${userId}`;
}

/**
 * What a paid top-up does: Stripe owes us the money (clearing) and we owe the user its worth.
 * @throws RangeError on an amount that is not above zero, which no paid session has.
 */
export function topupTransfer(topup: {
  readonly sessionId: string;
  readonly userId: string;
  readonly unit: string;
  readonly amountMinor: bigint;
}): Transfer {
  if (topup.amountMinor <= 0n) {
    throw new RangeError(`a top-up of ${topup.amountMinor} ${topup.unit} is not above zero`);
  }
  return {
    idempotencyKey: `checkout_session:${topup.sessionId}:credit`,
    debitAccount: 'stripe_clearing',
    creditAccount: userAccount(topup.userId),
    unit: topup.unit,
    amountMinor: topup.amountMinor,
    reason: 'topup',
  };
}
