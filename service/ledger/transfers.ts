/**
 * The ledger is a list of immutable transfers from one account to another, balanced by construction:
 * what one account gives is what the other receives. A mistake is mended by a further transfer.
 */

/**
 * `user:…` accounts have a materialised balance; the system's accounts are sums over the transfers.
 *
 * - `stripe_clearing`: money that Stripe has taken in for us; its balance is minus that.
 * - `revenue`: what was sold or spent.
 * - `issued_credits`: where credits come from; its balance is minus all that were issued.
 * - `holds`: what is reserved for something that will be captured or released.
 * - `opening_balances`: what users had before they moved here; its balance is minus that.
 * - `adjustments`: what administrators gave and took by hand; its balance is minus what users got.
 */
export type Account =
  | `user:${string}`
  | 'stripe_clearing'
  | 'revenue'
  | 'issued_credits'
  | 'holds'
  | 'opening_balances'
  | 'adjustments';

/** Why a transfer may be made. */
export const transferReasons = [
  'topup',
  'package',
  'purchase',
  'subscription',
  'proration',
  'reversal',
  'restoration',
  'spend',
  'hold',
  'hold_captured',
  'hold_released',
  'hold_expired',
  'grant',
  'correction',
  'imported',
  'opening_balance',
] as const;

export type Reason = (typeof transferReasons)[number];

/** One movement of `amountMinor` of `unit`, from the debit account to the credit account. */
export interface Transfer {
  /** Names the object that caused it, so that it happens once: `checkout_session:cs_…:credit`. */
  readonly idempotencyKey: string;
  readonly debitAccount: Account;
  readonly creditAccount: Account;
  /** A lower-case ISO 4217 currency, or `credits`. */
  readonly unit: string;
  /** Above zero; the direction is in the accounts. */
  readonly amountMinor: bigint;
  readonly reason: Reason;
  /** The payment that it was made for, `pi_…` or `ch_…`; null for what no payment caused. */
  readonly paymentId: string | null;
  /** The idempotency key of the grant that it reverses or restores. */
  readonly reverses: string | null;
  /** Why, in the words of whoever asked for it; of a correction, the refund that caused it, if one did. */
  readonly description?: string;
}

/** The unit of what packages and subscriptions grant. */
const creditsUnit = 'credits';

/** The account of what a user of the host application has with us. */
export function userAccount(userId: string): Account {
  return `user:${userId}`;
}

/** What was bought, as the ledger sees it. */
export interface Purchase {
  /** Names the object that was paid: `checkout_session:cs_…`, `invoice:in_…`. */
  readonly key: string;
  readonly userId: string;
  /** `pi_…` or `ch_…`; null when nothing had to be paid. */
  readonly paymentId: string | null;
  readonly paidMinor: bigint;
  readonly currency: string;
}

/**
 * What a paid top-up does: Stripe owes us the money (clearing) and we owe the user its worth.
 * @throws RangeError on an amount that is not above zero, which no paid session has.
 */
export function topupTransfer(purchase: Purchase): Transfer {
  return {
    idempotencyKey: `${purchase.key}:credit`,
    debitAccount: 'stripe_clearing',
    creditAccount: userAccount(purchase.userId),
    unit: purchase.currency,
    amountMinor: aboveZero(purchase.paidMinor, purchase.currency),
    reason: 'topup',
    paymentId: purchase.paymentId,
    reverses: null,
  };
}

/**
 * A top-up whose worth is not all that was paid: what was paid beyond it (tax) is ours to pass on,
 * and what a discount left unpaid is ours to bear. Clearing ends with what was paid.
 * @throws RangeError on a worth that is not above zero
 */
export function topupTransfers(purchase: Purchase, worthMinor: bigint): Transfer[] {
  const credit = topupTransfer({ ...purchase, paidMinor: worthMinor });
  const beyondMinor = purchase.paidMinor - worthMinor;
  if (beyondMinor === 0n) return [credit];
  const isBeyond = beyondMinor > 0n;
  const difference: Transfer = {
    ...credit,
    idempotencyKey: `${purchase.key}:${isBeyond ? 'beyond' : 'discount'}`,
    debitAccount: isBeyond ? 'stripe_clearing' : 'revenue',
    creditAccount: isBeyond ? 'revenue' : 'stripe_clearing',
    amountMinor: isBeyond ? beyondMinor : -beyondMinor,
  };
  return [credit, difference];
}

/**
 * What a paid sale does: the money is revenue, and the credits that it grants, if any, are issued
 * to the user.
 * @returns no transfer for what was free and grants nothing
 */
export function saleTransfers(
  purchase: Purchase,
  grant: { readonly credits: bigint; readonly reason: 'package' | 'purchase' | 'subscription' },
): Transfer[] {
  const { paymentId } = purchase;
  const transfers: Transfer[] = [];
  if (purchase.paidMinor > 0n) {
    transfers.push({
      idempotencyKey: `${purchase.key}:revenue`,
      debitAccount: 'stripe_clearing',
      creditAccount: 'revenue',
      unit: purchase.currency,
      amountMinor: purchase.paidMinor,
      reason: grant.reason,
      paymentId,
      reverses: null,
    });
  }
  if (grant.credits > 0n) {
    transfers.push({
      idempotencyKey: `${purchase.key}:credit`,
      debitAccount: 'issued_credits',
      creditAccount: userAccount(purchase.userId),
      unit: creditsUnit,
      amountMinor: grant.credits,
      reason: grant.reason,
      paymentId,
      reverses: null,
    });
  }
  return transfers;
}

/**
 * What a line of an invoice does to the credits of its user: it grants them, or takes back what it
 * pays back, from a balance that may be spent already.
 * @param credits below zero to take back
 */
export function creditsTransfer(
  { key, userId, paymentId }: Pick<Purchase, 'key' | 'userId' | 'paymentId'>,
  credits: bigint,
): Transfer[] {
  if (credits === 0n) return [];
  const user = userAccount(userId);
  const isGrant = credits > 0n;
  return [
    {
      idempotencyKey: `${key}:${isGrant ? 'credit' : 'paid_back'}`,
      debitAccount: isGrant ? 'issued_credits' : user,
      creditAccount: isGrant ? user : 'issued_credits',
      unit: creditsUnit,
      amountMinor: isGrant ? credits : -credits,
      reason: isGrant ? 'subscription' : 'proration',
      paymentId,
      reverses: null,
    },
  ];
}

function aboveZero(amountMinor: bigint, unit: string): bigint {
  if (amountMinor > 0n) return amountMinor;
  throw new RangeError(`a top-up of ${amountMinor} ${unit} is not above zero`);
}
