import type Stripe from 'stripe';
import { topupTransfer } from '../ledger/transfers';
import {
  type Checkout,
  type Decision,
  type FactKeys,
  type Facts,
  type Message,
  nothing,
  Refusal,
} from './decision';

/** The metadata key under which every session of ours carries the id of its checkout. */
export const checkoutIdMetadataKey = 'tollgate_checkout_id';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The rows that `decideCheckoutSession` must be given for this session. */
export function checkoutSessionFactKeys(session: Stripe.Checkout.Session): FactKeys {
  const checkoutId = session.metadata?.[checkoutIdMetadataKey];
  return {
    sessionId: session.id,
    checkoutId: checkoutId !== undefined && uuid.test(checkoutId) ? checkoutId : undefined,
  };
}

/**
 * What a checkout session in this state means, whichever event or answer brought it. Stripe asks to
 * fulfil when `payment_status` is not `unpaid`, on completion and on a delayed method's success
 * alike: https://docs.stripe.com/checkout/fulfillment
 * @throws Refusal when the session is not what its checkout was created for.
 */
export function decideCheckoutSession(session: Stripe.Checkout.Session, facts: Facts): Decision {
  const { checkout } = facts;
  if (checkout === undefined) return nothing('not_ours');
  if (checkout.sessionId !== null && checkout.sessionId !== session.id) {
    throw new Refusal(
      'checkout_session_mismatch',
      `checkout ${checkout.checkoutId} belongs to session ${checkout.sessionId}, but session ` +
        `${session.id} names it in its metadata; compare both sessions in Stripe's dashboard`,
    );
  }
  if (session.status === 'complete') return decideComplete(session, checkout);
  if (session.status === 'expired') return decideExpired(session, checkout);
  return nothing('no_change');
}

function decideComplete(session: Stripe.Checkout.Session, checkout: Checkout): Decision {
  if (checkout.paymentStatus === 'paid') return nothing('already_credited');
  const complete = {
    checkoutId: checkout.checkoutId,
    sessionId: session.id,
    status: 'complete',
    paymentIntentId: idOf(session.payment_intent),
  } as const;
  if (session.payment_status === 'unpaid') {
    const isNews = checkout.status !== 'complete';
    return {
      ...nothing(isNews ? 'awaiting_payment' : 'no_change'),
      checkouts: isNews ? [{ ...complete, paymentStatus: 'unpaid' }] : [],
    };
  }

  const amountMinor = paidAmount(session, checkout);
  const transfer = topupTransfer({
    sessionId: session.id,
    userId: checkout.userId,
    unit: checkout.currency,
    amountMinor,
  });
  const about = { sessionId: session.id, amountMinor: Number(amountMinor) };
  return {
    outcome: 'credited',
    transfers: [transfer],
    checkouts: [{ ...complete, paymentStatus: 'paid' }],
    messages: [
      message(session, checkout, 'checkout.completed', { ...about, currency: checkout.currency }),
      message(session, checkout, 'balance.credited', {
        ...about,
        unit: checkout.currency,
        reason: transfer.reason,
      }),
    ],
  };
}

/** Stripe's `amount_total` is the only amount we trust, and it must be the one we asked for. */
function paidAmount(session: Stripe.Checkout.Session, checkout: Checkout): bigint {
  const paid = session.amount_total;
  if (
    paid === null ||
    !Number.isSafeInteger(paid) ||
    BigInt(paid) !== checkout.amountMinor ||
    session.currency !== checkout.currency
  ) {
    throw new Refusal(
      'checkout_amount_mismatch',
      `session ${session.id} was paid with ${paid} ${session.currency}, but checkout ` +
        `${checkout.checkoutId} was created for ${checkout.amountMinor} ${checkout.currency}; ` +
        "nothing was credited: compare the session in Stripe's dashboard, then refund or correct it",
    );
  }
  return BigInt(paid);
}

function decideExpired(session: Stripe.Checkout.Session, checkout: Checkout): Decision {
  if (checkout.status !== 'open') return nothing('no_change');
  return {
    ...nothing('expired'),
    checkouts: [
      {
        checkoutId: checkout.checkoutId,
        sessionId: session.id,
        status: 'expired',
        paymentStatus: 'unpaid',
        paymentIntentId: null,
      },
    ],
    messages: [message(session, checkout, 'checkout.expired', { sessionId: session.id })],
  };
}

function message(
  session: Stripe.Checkout.Session,
  checkout: Checkout,
  type: Message['type'],
  data: Message['data'],
): Message {
  return { key: `checkout_session:${session.id}:${type}`, type, userId: checkout.userId, data };
}

function idOf(reference: string | { readonly id: string } | null): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : reference;
}
