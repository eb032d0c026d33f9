import type Stripe from 'stripe';
import { type Decision, type LostCheckout, nothing } from '../effects/effects';
import type { Checkout, Facts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { type AsSold, asSold } from './as-sold';
import { decideForeign } from './foreign-session';
import { idOf, type Plans } from './handling';
import { lostCheckoutOf } from './lost-checkout';
import { checkoutIdOf } from './session-keys';
import { decideSale, message } from './session-sale';

/** What decides about a session beside the facts. */
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
  if (session.status === 'complete') return decideComplete(session, checkout, facts);
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
    return withLost(lost, () => decideFailedPayment(session, { ...facts, checkout: lost }, plans));
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
    return withLost(lost, () =>
      decideCheckoutSession(session, { ...facts, checkout: lost }, plans),
    );
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

/** What is decided of a checkout that was lost, or known of one that is refused, needs its row. */
function withLost(lost: LostCheckout, decide: () => Decision): Decision {
  try {
    return { ...decide(), lostCheckouts: [lost] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, known } = error;
    throw new Refusal(code, message, { ...known, lostCheckouts: [lost] });
  }
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
  facts: Facts,
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
    ...decideSale(session, checkout, soldBy(session, checkout, complete), facts),
    checkouts: [{ ...complete, paymentStatus: 'paid' }],
  };
}

/**
 * What was sold must be what we asked for; what was paid for it is what Stripe says.
 * @param complete that the page is not open any more, which is known of a refused session as well
 */
function soldBy(
  session: Stripe.Checkout.Session,
  checkout: Checkout,
  complete: Omit<Decision['checkouts'][number], 'paymentStatus'>,
): AsSold {
  const { amount_total: paid, currency } = session;
  const sold = asSold(session, checkout);
  if (sold !== undefined) return sold;
  throw new Refusal(
    'checkout_amount_mismatch',
    `session ${session.id} was paid with ${paid} ${currency}, but checkout ` +
      `${checkout.checkoutId} was created for ${checkout.amountMinor} ${checkout.currency}; ` +
      "nothing was credited: compare the session in Stripe's dashboard, then refund or correct it",
    { checkouts: [{ ...complete, paymentStatus: 'unpaid' }] },
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
