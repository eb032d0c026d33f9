import type Stripe from 'stripe';
import { corrections, type Grant, type Payment } from '../ledger/payments';
import { type Purchase, saleTransfers, type Transfer, topupTransfer } from '../ledger/transfers';
import { correctionMessages } from './corrections';
import {
  type Checkout,
  type Decision,
  type FactKeys,
  type Facts,
  idOf,
  type Message,
  type MessageOf,
  nothing,
  Refusal,
} from './decision';

/** The metadata keys under which every session of ours carries its checkout and its user. */
export const checkoutIdMetadataKey = 'tollgate_checkout_id';
export const userIdMetadataKey = 'tollgate_user_id';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The rows that `decideCheckoutSession` must be given for this session. */
export function checkoutSessionFactKeys(session: Stripe.Checkout.Session): FactKeys {
  const checkoutId = session.metadata?.[checkoutIdMetadataKey];
  return {
    sessionId: session.id,
    checkoutId: checkoutId !== undefined && uuid.test(checkoutId) ? checkoutId : undefined,
    paymentId: idOf(session.payment_intent) ?? undefined,
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
  if (session.status === 'complete') return decideComplete(session, checkout, facts.payment);
  if (session.status === 'expired') return decideExpired(session, checkout);
  return nothing('no_change');
}

/** What it means that a delayed payment of a completed session did not arrive. */
export function decideFailedPayment(session: Stripe.Checkout.Session, facts: Facts): Decision {
  const { checkout } = facts;
  if (checkout === undefined) return nothing('not_ours');
  if (checkout.paymentStatus !== 'unpaid') return nothing('no_change');
  return {
    ...nothing('payment_failed'),
    checkouts: [{ ...changeOf(session, checkout), status: 'complete', paymentStatus: 'failed' }],
    messages: [message(session, checkout, 'checkout.payment_failed', { sessionId: session.id })],
  };
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

  const { amountMinor: paidMinor, currency } = paidAmount(session, checkout);
  const purchase: Purchase = {
    key: `checkout_session:${session.id}`,
    userId: checkout.userId,
    paymentId: idOf(session.payment_intent),
    paidMinor,
    currency,
  };
  const granted = grantsOf(purchase, checkout);
  const corrected = correctionsOf(purchase, granted, payment);
  return {
    ...nothing(granted.some(isCredit) ? 'credited' : 'sold'),
    transfers: [...granted, ...corrected],
    checkouts: [{ ...complete, paymentStatus: 'paid' }],
    payments:
      purchase.paymentId === null
        ? []
        : [
            {
              paymentId: purchase.paymentId,
              paid: { userId: checkout.userId, amountMinor: paidMinor, currency },
            },
          ],
    messages: [
      message(session, checkout, 'checkout.completed', {
        sessionId: session.id,
        kind: checkout.kind,
        reference: checkout.reference,
        quantity: checkout.quantity,
        amountMinor: Number(paidMinor),
        currency,
        paymentId: purchase.paymentId,
        subscriptionId: idOf(session.subscription),
      }),
      ...granted.filter(isCredit).map((transfer) =>
        message(session, checkout, 'balance.credited', {
          unit: transfer.unit,
          amountMinor: Number(transfer.amountMinor),
          reason: transfer.reason,
          sessionId: session.id,
          invoiceId: null,
          paymentId: purchase.paymentId,
        }),
      ),
      ...correctionMessages(corrected, checkout.userId),
    ],
  };
}

/** The money of a subscription is its invoices': they bring the transfers. */
function grantsOf(purchase: Purchase, checkout: Checkout): Transfer[] {
  if (checkout.mode === 'subscription') return [];
  if (checkout.kind === 'topup') return [topupTransfer(purchase)];
  return saleTransfers(purchase, {
    credits: checkout.credits ?? 0n,
    reason: checkout.kind === 'package' ? 'package' : 'purchase',
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

/** Stripe's `amount_total` is the only amount we trust, and it must be the one we asked for. */
function paidAmount(
  session: Stripe.Checkout.Session,
  checkout: Checkout,
): { amountMinor: bigint; currency: string } {
  const { amount_total: paid, currency } = session;
  const isAsAsked =
    paid !== null &&
    Number.isSafeInteger(paid) &&
    currency !== null &&
    (checkout.amountMinor === null || BigInt(paid) === checkout.amountMinor) &&
    (checkout.currency === null || currency === checkout.currency);
  if (isAsAsked) return { amountMinor: BigInt(paid), currency };
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
    messages: [message(session, checkout, 'checkout.expired', { sessionId: session.id })],
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

function message<T extends Message['type']>(
  session: Stripe.Checkout.Session,
  checkout: Checkout,
  type: T,
  data: MessageOf<T>['data'],
): Message {
  // A cast, because a union is not seen to hold the one member whose type and data fit.
  return {
    key: `checkout_session:${session.id}:${type}`,
    type,
    userId: checkout.userId,
    data,
  } as Message;
}
