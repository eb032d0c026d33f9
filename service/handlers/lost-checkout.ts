import type Stripe from 'stripe';
import type { LostCheckout } from '../effects/effects';
import type { Checkout } from '../effects/records';
import { isUserId } from '../ledger/user-id';
import { idOf } from './handling';
import { metadataKeys } from './metadata';
import { checkoutIdOf } from './session-keys';

const kinds: readonly string[] = ['topup', 'package', 'price', 'item'] satisfies Checkout['kind'][];
const count = /^[0-9]{1,15}$/;

/**
 * What a session's metadata says of its checkout, so that the checkout can be recorded anew when its
 * row is lost: see `lostCheckoutOf`. Stripe keeps values of 500 characters at most.
 */
export function soldMetadata(
  sold: Pick<
    Checkout,
    | 'kind'
    | 'reference'
    | 'quantity'
    | 'credits'
    | 'amountMinor'
    | 'currency'
    | 'name'
    | 'priceId'
    | 'once'
  >,
): Stripe.MetadataParam {
  const { kind, reference, quantity, credits, amountMinor, currency } = sold;
  return {
    [metadataKeys.kind]: kind,
    [metadataKeys.quantity]: String(quantity),
    ...(reference === null ? {} : { [metadataKeys.reference]: reference }),
    ...(credits === null ? {} : { [metadataKeys.credits]: String(credits) }),
    ...(amountMinor === null ? {} : { [metadataKeys.amountMinor]: String(amountMinor) }),
    ...(currency === null ? {} : { [metadataKeys.currency]: currency }),
    ...(sold.name === null ? {} : { [metadataKeys.name]: sold.name }),
    ...(sold.priceId === null ? {} : { [metadataKeys.priceId]: sold.priceId }),
    ...(sold.once ? { [metadataKeys.once]: 'true' } : {}),
  };
}

/**
 * The checkout of a session of this environment's that we have no record of: the database was
 * restored to before it was begun. What it says of the sale was written by us, and what was paid is
 * held against it as ever. One that nobody completed has sold nothing, and may have a twin that was
 * given to the buyer in its place.
 * @returns undefined when the session is not of this environment, or does not say what was sold
 */
export function lostCheckoutOf(
  session: Stripe.Checkout.Session,
  environmentName: string,
): LostCheckout | undefined {
  const metadata = session.metadata ?? {};
  const checkoutId = checkoutIdOf(session);
  const userId = metadata[metadataKeys.userId];
  const kind = metadata[metadataKeys.kind] ?? '';
  const quantity = metadata[metadataKeys.quantity] ?? '';
  const customerId = idOf(session.customer);
  if (
    session.status !== 'complete' ||
    metadata[metadataKeys.environment] !== environmentName ||
    checkoutId === undefined ||
    !isUserId(userId) ||
    !kinds.includes(kind) ||
    !count.test(quantity) ||
    customerId === null ||
    (session.mode !== 'payment' && session.mode !== 'subscription')
  ) {
    return undefined;
  }
  return {
    checkoutId,
    sessionId: session.id,
    userId,
    customerId,
    kind: kind as Checkout['kind'],
    mode: session.mode as Checkout['mode'],
    reference: metadata[metadataKeys.reference] ?? null,
    quantity: Number(quantity),
    name: metadata[metadataKeys.name] ?? null,
    priceId: metadata[metadataKeys.priceId] ?? null,
    once: metadata[metadataKeys.once] === 'true',
    metadata: callersOf(metadata),
    credits: amountOf(metadata[metadataKeys.credits]),
    amountMinor: amountOf(metadata[metadataKeys.amountMinor]),
    currency: metadata[metadataKeys.currency] ?? null,
    status: 'open',
    paymentStatus: 'unpaid',
    url: session.url ?? null,
    expiresAt: session.expires_at,
    createdAt: session.created,
  };
}

/** What of it is not ours came from whoever began the checkout. */
function callersOf(metadata: Stripe.Metadata): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !key.startsWith('tollgate_')),
  );
}

function amountOf(text: string | undefined): bigint | null {
  return text !== undefined && count.test(text) ? BigInt(text) : null;
}
