import type Stripe from 'stripe';
import type { Facts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { isUserId } from '../ledger/user-id';
import { metadataKeys } from './metadata';

/** A package of credits that something else sells as well. */
export interface ForeignPackage {
  readonly id: string;
  readonly name: string;
  readonly credits: bigint;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** What of a session tells which package it sold. */
export interface ForeignMarks {
  /** `plink_…` */
  readonly paymentLink: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Before tax and discounts, in minor units. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
}

/** How the deployer reads sessions that something else created. */
export interface ForeignTerms {
  /**
   * Where the user is looked for, in this order: keys of the session's metadata, or
   * `client_reference_id`, or `customer` for the user whose Stripe customer paid.
   */
  readonly userKeys: readonly string[];
  packageOf(marks: ForeignMarks): ForeignPackage | undefined;
}

/** Where the deployer says nothing else. */
export const taggedForeign: ForeignTerms = {
  userKeys: [metadataKeys.userId],
  packageOf: () => undefined,
};

/** The user of a session of something else; undefined when nothing of it names one. */
export function userOfForeign(
  session: Stripe.Checkout.Session,
  facts: Pick<Facts, 'userId'>,
  userKeys: readonly string[],
): string | undefined {
  const named = (key: string) => {
    if (key === 'client_reference_id') return session.client_reference_id;
    return key === 'customer' ? facts.userId : session.metadata?.[key];
  };
  return userKeys.map(named).find((value) => isUserId(value)) ?? undefined;
}

/**
 * The package that such a session sold, and how often: a payment link may let the buyer choose.
 * @throws Refusal when what was paid for is no multiple of the package's price
 */
export function soldPackage(
  session: Stripe.Checkout.Session,
  terms: ForeignTerms,
): { readonly sold: ForeignPackage; readonly quantity: bigint } | undefined {
  const link = session.payment_link;
  const subtotal = session.amount_subtotal ?? session.amount_total;
  const marks = {
    paymentLink: typeof link === 'object' ? (link?.id ?? null) : (link ?? null),
    metadata: session.metadata ?? {},
    amountMinor: subtotal === null ? null : BigInt(subtotal),
    currency: session.currency,
  };
  const sold = terms.packageOf(marks);
  if (sold === undefined) return undefined;
  const amountMinor = marks.amountMinor ?? 0n;
  const isWhole = amountMinor > 0n && amountMinor % sold.amountMinor === 0n;
  if (sold.currency === marks.currency && isWhole) {
    return { sold, quantity: amountMinor / sold.amountMinor };
  }
  throw new Refusal(
    'checkout_amount_mismatch',
    `session ${session.id}, which something else created, was for ${amountMinor} ` +
      `${marks.currency}, but package ${sold.id} costs ${sold.amountMinor} ${sold.currency}; ` +
      "nothing was credited: correct the package's foreign marks in the catalogue, or give what " +
      'was sold by an adjustment',
  );
}
