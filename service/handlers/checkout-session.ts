import type Stripe from 'stripe';
import { type Decision, type Message, type MessageOf, nothing } from '../effects/effects';
import type { Checkout, Facts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { corrections, type Grant, type Payment } from '../ledger/payments';
import { type Purchase, saleTransfers, type Transfer, topupTransfers } from '../ledger/transfers';
import { type AsSold, asSold, worthOfForeign } from './as-sold';
import { correctionMessages } from './corrections';
import { type ForeignTerms, soldPackage, userOfForeign } from './foreign';
import { idOf, type Plans } from './handling';
import { lostCheckoutOf } from './lost-checkout';
import { metadataKeys } from './metadata';
import { checkoutIdOf } from './session-keys';

/** What else decides about a session. Without it, none is anew recorded or credited for another. */
type SessionPlans = Pick<Plans, 'creditsForeignSessions' | 'environmentName' | 'foreign'>;

/**
 * What a checkout session in this state means, whichever event or answer brought it. Stripe asks to
 * fulfil when `payment_status` is not `unpaid`, on completion and on a delayed method's success
 * alike: https://docs.stripe.com/checkout/fulfillment
 * @throws Refusal when the session is not what its checkout was created for, or is ours and paid
 * and nothing says any more what it was for
 */
export function decideCheckoutSession(
  session: Stripe.Checkout.Session,
  facts: Facts,
  plans: SessionPlans,
): Decision {
  const { checkout } = facts;
  if (checkout === undefined) return decideUnknown(session, facts, plans);
  if (checkout.sessionId !== null && checkout.sessionId !== session.id) {
    // Made for a request whose answer was lost, and never given to a buyer; see the decision.
    if (session.status === 'expired') return nothing('no_change');
    throw mismatch(session, checkout);
  }
  if (session.status === 'complete') return decideComplete(session, checkout, facts.payment);
  if (session.status === 'expired') return decideExpired(session, checkout);
  return nothing('no_change');
}

/**
 * What it means that a delayed payment of a completed session did not arrive.
 * @throws Refusal when the session is not the one of its checkout.
 */
export function decideFailedPayment(
  session: Stripe.Checkout.Session,
  facts: Facts,
  plans: SessionPlans,
): Decision {
  const { checkout } = facts;
  if (checkout === undefined) {
    const lost = lostCheckoutOf(session, plans.environmentName);
    if (lost === undefined) return nothing('not_ours');
    const decision = decideFailedPayment(session, { ...facts, checkout: lost }, plans);
    return { ...decision, lostCheckouts: [lost] };
  }
  if (checkout.sessionId !== null && checkout.sessionId !== session.id) {
    throw mismatch(session, checkout);
  }
  if (checkout.paymentStatus !== 'unpaid') return nothing('no_change');
  return {
    ...nothing('payment_failed'),
    checkouts: [{ ...changeOf(session, checkout), status: 'complete', paymentStatus: 'failed' }],
    messages: [message(session, checkout, 'checkout.payment_failed', toldOf(session, checkout))],
  };
}

/** One that we have no record of: ours all the same after a restore, or somebody else's. */
function decideUnknown(
  session: Stripe.Checkout.Session,
  facts: Facts,
  plans: SessionPlans,
): Decision {
  const lost = lostCheckoutOf(session, plans.environmentName);
  if (lost !== undefined) {
    const decision = decideCheckoutSession(session, { ...facts, checkout: lost }, plans);
    return { ...decision, lostCheckouts: [lost] };
  }
  const isPaid = session.status === 'complete' && session.payment_status !== 'unpaid';
  // Of a customer of ours, and made for a checkout: by a version that wrote nothing else of it.
  if (isPaid && facts.userId !== undefined && checkoutIdOf(session) !== undefined) {
    throw new Refusal(
      'checkout_unknown',
      `session ${session.id} was paid by ${facts.userId} with ${session.amount_total} ` +
        `${session.currency} for checkout ${checkoutIdOf(session)}, of which there is no record, ` +
        'and its metadata does not say what was sold; nothing was credited: see the session in ' +
        "Stripe's dashboard, then credit what was sold by hand or refund it",
    );
  }
  return plans.creditsForeignSessions
    ? decideForeign(session, facts, plans.foreign)
    : nothing('not_ours');
}

function mismatch(session: Stripe.Checkout.Session, checkout: Checkout): Refusal {
  return new Refusal(
    'checkout_session_mismatch',
    `checkout ${checkout.checkoutId} belongs to session ${checkout.sessionId}, but session ` +
      `${session.id} names it in its metadata; compare both sessions in Stripe's dashboard`,
  );
}

function decideComplete(
  session: Stripe.Checkout.Session,
  checkout: Checkout,
  payment: Payment | undefined,
): Decision {
  if (checkout.paymentStatus === 'paid') {
    return nothing(checkout.kind === 'topup' ? 'already_credited' : 'already_sold');
  }
  const complete = { ...changeOf(session, checkout), status: 'complete' } as const;
  if (session.payment_status === 'unpaid') {
    const isNews = checkout.status !== 'complete';
    return {
      ...nothing(isNews ? 'awaiting_payment' : 'no_change'),
      checkouts: isNews ? [{ ...complete, paymentStatus: 'unpaid' }] : [],
    };
  }

  return {
    ...decidePaid(session, checkout, soldBy(session, checkout), payment),
    checkouts: [{ ...complete, paymentStatus: 'paid' }],
  };
}

/** What is sold, by us or by something else in the same Stripe account. */
type Sold = Pick<Checkout, 'userId' | 'mode' | 'reference' | 'name' | 'priceId' | 'metadata'> & {
  readonly kind: Checkout['kind'] | 'foreign';
};

/** The grants for what was paid, and what is told of them. */
function decidePaid(
  session: Stripe.Checkout.Session,
  sold: Sold,
  { paidMinor, currency, ...terms }: AsSold,
  payment: Payment | undefined,
): Decision {
  const { userId } = sold;
  const purchase: Purchase = {
    key: `checkout_session:${session.id}`,
    userId,
    paymentId: idOf(session.payment_intent),
    paidMinor,
    currency,
  };
  const granted = grantsOf(purchase, sold, terms);
  const corrected = correctionsOf(purchase, granted, payment);
  return {
    ...nothing(granted.some(isCredit) ? 'credited' : 'sold'),
    transfers: [...granted, ...corrected],
    payments:
      purchase.paymentId === null
        ? []
        : [
            {
              paymentId: purchase.paymentId,
              paid: { userId, amountMinor: paidMinor, currency },
            },
          ],
    messages: [
      message(session, sold, 'checkout.completed', {
        sessionId: session.id,
        kind: sold.kind,
        reference: sold.reference,
        name: sold.name,
        priceId: sold.priceId,
        metadata: sold.metadata,
        quantity: terms.quantity,
        amountMinor: Number(paidMinor),
        currency,
        paymentId: purchase.paymentId,
        subscriptionId: idOf(session.subscription),
      }),
      ...granted.filter(isCredit).map((transfer) =>
        message(session, sold, 'balance.credited', {
          unit: transfer.unit,
          amountMinor: Number(transfer.amountMinor),
          reason: transfer.reason,
          sessionId: session.id,
          invoiceId: null,
          paymentId: purchase.paymentId,
        }),
      ),
      ...correctionMessages(corrected, userId),
    ],
  };
}

/**
 * A session that something else created in the same Stripe account, and which names a user: what was
 * paid is credited as a top-up, or as the package that it sold, once per payment. There is no row of it, so that its payment
 * is what keeps a second event from crediting again; one without a payment intent, whose amount is
 * nothing, is ignored. So is one that names a checkout: it is of another environment of Tollgate's.
 */
function decideForeign(
  session: Stripe.Checkout.Session,
  facts: Facts,
  terms: ForeignTerms = taggedForeign,
): Decision {
  const { payment } = facts;
  const userId = userOfForeign(session, facts, terms.userKeys);
  const { amount_total: paid, currency } = session;
  if (
    userId === undefined ||
    session.metadata?.[metadataKeys.checkoutId] !== undefined ||
    session.mode !== 'payment' ||
    session.status !== 'complete' ||
    payment === undefined ||
    paid === null ||
    paid <= 0 ||
    currency === null
  ) {
    return nothing('not_ours');
  }
  if (session.payment_status !== 'paid') return nothing('awaiting_payment');
  if (payment.grants.length > 0) return nothing('already_credited');
  const found = soldPackage(session, terms);
  const paidMinor = BigInt(paid);
  const { metadata } = session;
  const sold = {
    kind: 'foreign',
    mode: 'payment',
    reference: found?.sold.id ?? null,
    name: found?.sold.name ?? null,
    priceId: null,
    metadata: metadata ?? {},
    userId,
  } as const;
  const amounts = { paidMinor, currency, worthMinor: worthOfForeign(session, paidMinor) };
  const credits = found === undefined ? null : found.sold.credits * found.quantity;
  const quantity = Number(found?.quantity ?? 1n);
  return decidePaid(session, sold, { ...amounts, quantity, credits }, payment);
}

const taggedForeign: ForeignTerms = {
  userKeys: [metadataKeys.userId],
  packageOf: () => undefined,
};

/** The money of a subscription is its invoices': they bring the transfers. */
function grantsOf(
  purchase: Purchase,
  { kind, mode }: Sold,
  { credits, worthMinor }: Pick<AsSold, 'credits' | 'worthMinor'>,
): Transfer[] {
  if (mode === 'subscription') return [];
  const isTopup = kind === 'topup' || (kind === 'foreign' && credits === null);
  if (isTopup) return topupTransfers(purchase, worthMinor);
  return saleTransfers(purchase, {
    credits: credits ?? 0n,
    reason: kind === 'package' || kind === 'foreign' ? 'package' : 'purchase',
  });
}

/** What was refunded or disputed before the payment itself was told of is reversed at once. */
function correctionsOf(
  purchase: Purchase,
  granted: readonly Transfer[],
  payment: Payment | undefined,
): Transfer[] {
  if (payment === undefined) return [];
  const { userId, paidMinor: amountMinor, currency } = purchase;
  const grants: Grant[] = granted.map((transfer) => ({
    transfer,
    reversedMinor: 0n,
    corrections: 0,
  }));
  return corrections({ ...payment, paid: { userId, amountMinor, currency }, grants });
}

function isCredit(transfer: Transfer): boolean {
  return transfer.creditAccount.startsWith('user:');
}

/** What was sold must be what we asked for; what was paid for it is what Stripe says. */
function soldBy(session: Stripe.Checkout.Session, checkout: Checkout): AsSold {
  const { amount_total: paid, currency } = session;
  const sold = asSold(session, checkout);
  if (sold !== undefined) return sold;
  throw new Refusal(
    'checkout_amount_mismatch',
    `session ${session.id} was paid with ${paid} ${currency}, but checkout ` +
      `${checkout.checkoutId} was created for ${checkout.amountMinor} ${checkout.currency}; ` +
      "nothing was credited: compare the session in Stripe's dashboard, then refund or correct it",
  );
}

function decideExpired(session: Stripe.Checkout.Session, checkout: Checkout): Decision {
  if (checkout.status !== 'open') return nothing('no_change');
  return {
    ...nothing('expired'),
    checkouts: [{ ...changeOf(session, checkout), status: 'expired', paymentStatus: 'unpaid' }],
    messages: [message(session, checkout, 'checkout.expired', toldOf(session, checkout))],
  };
}

function changeOf(session: Stripe.Checkout.Session, { checkoutId }: Checkout) {
  return {
    checkoutId,
    sessionId: session.id,
    paymentIntentId: idOf(session.payment_intent),
    subscriptionId: idOf(session.subscription),
  };
}

function toldOf(session: Stripe.Checkout.Session, { reference, metadata }: Checkout) {
  return { sessionId: session.id, reference, metadata };
}

function message<T extends Message['type']>(
  session: Stripe.Checkout.Session,
  { userId }: Pick<Checkout, 'userId'>,
  type: T,
  data: MessageOf<T>['data'],
): Message {
  // A cast, because a union is not seen to hold the one member whose type and data fit.
  return {
    key: `checkout_session:${session.id}:${type}`,
    type,
    userId,
    data,
  } as Message;
}
