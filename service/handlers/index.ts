import type Stripe from 'stripe';
import type { MessageType } from '../messages/schemas';
import { needsLineItems } from './as-sold';
import { decideCheckoutSession, decideFailedPayment } from './checkout-session';
import { handleCreditNote } from './credit-note';
import { handleDispute } from './dispute';
import type { Handling } from './handling';
import { handlePaidInvoice, handleUnpaidInvoice } from './invoice';
import { lostCheckoutOf } from './lost-checkout';
import { handlePaymentIntent } from './payment-intent';
import { handleRefund, handleRefundedCharge } from './refund';
import { checkoutSessionFactKeys, checkoutSessionOrigin, isOwnerAsked } from './session-keys';
import { handleSubscription } from './subscription';

/** What is done about events of one type. */
interface EventHandler<Type extends Stripe.Event['type']> {
  /** The messages that may come of it; held true by a test, and shown in docs/events.md. */
  readonly tells: readonly MessageType[];
  /** Its handling reads an object from Stripe; held true by a test. */
  readonly readsStripe?: true;
  /** What an event needs to be known, and the decision about it. */
  readonly handle: (event: Extract<Stripe.Event, { type: Type }>) => Handling;
}

const paidSession = [
  'checkout.completed',
  'balance.credited',
  'balance.reversed',
] as const satisfies readonly MessageType[];
const session = [...paidSession, 'checkout.expired'] as const satisfies readonly MessageType[];
const correction = [
  'balance.reversed',
  'balance.restored',
] as const satisfies readonly MessageType[];
const refund = ['payment.refunded', ...correction] as const satisfies readonly MessageType[];
const dispute = [
  'dispute.opened',
  'dispute.updated',
  'dispute.closed',
  ...correction,
] as const satisfies readonly MessageType[];
const subscription = [
  'subscription.created',
  'subscription.updated',
  'subscription.canceled',
  'subscription.expired',
] as const satisfies readonly MessageType[];
const paidInvoice = [
  'invoice.paid',
  'balance.credited',
  'balance.reversed',
] as const satisfies readonly MessageType[];

/**
 * The one map from event type to handler. It is also the list of events that a webhook endpoint
 * subscribes to: what is not in it is recorded and ignored.
 */
const handlers: { readonly [Type in Stripe.Event['type']]?: EventHandler<Type> } = {
  'checkout.session.completed': {
    tells: session,
    handle: ({ data }) => handleSession(data.object),
  },
  'checkout.session.async_payment_succeeded': {
    tells: session,
    handle: ({ data }) => handleSession(data.object),
  },
  'checkout.session.async_payment_failed': {
    tells: ['checkout.payment_failed'],
    handle: ({ data }) => ({
      origin: checkoutSessionOrigin(data.object),
      factKeys: checkoutSessionFactKeys(data.object),
      isOwnerAsked: (facts, plans) => isOwnerAsked(data.object, facts, plans),
      decide: (facts, plans) => decideFailedPayment(data.object, facts, plans),
    }),
  },
  'checkout.session.expired': { tells: session, handle: ({ data }) => handleSession(data.object) },

  'charge.refunded': {
    tells: ['payment.refunded', 'balance.reversed'],
    handle: ({ data }) => handleRefundedCharge(data.object),
  },
  'charge.refund.updated': { tells: refund, handle: ({ data }) => handleRefund(data.object) },
  'refund.created': { tells: refund, handle: ({ data }) => handleRefund(data.object) },
  'refund.updated': { tells: refund, handle: ({ data }) => handleRefund(data.object) },
  'refund.failed': { tells: refund, handle: ({ data }) => handleRefund(data.object) },
  'charge.dispute.created': { tells: dispute, handle: ({ data }) => handleDispute(data.object) },
  'charge.dispute.updated': { tells: dispute, handle: ({ data }) => handleDispute(data.object) },
  'charge.dispute.closed': { tells: dispute, handle: ({ data }) => handleDispute(data.object) },
  'charge.dispute.funds_withdrawn': {
    tells: dispute,
    handle: ({ data }) => handleDispute(data.object),
  },
  'charge.dispute.funds_reinstated': {
    tells: dispute,
    handle: ({ data }) => handleDispute(data.object),
  },

  'payment_intent.succeeded': {
    tells: ['payment.successful'],
    handle: ({ data }) => handlePaymentIntent(data.object, 'payment.successful'),
  },
  'payment_intent.payment_failed': {
    tells: ['payment.failed'],
    handle: ({ data }) => handlePaymentIntent(data.object, 'payment.failed'),
  },
  'payment_intent.requires_action': {
    tells: ['payment.action_required'],
    handle: ({ data }) => handlePaymentIntent(data.object, 'payment.action_required'),
  },
  'payment_intent.canceled': {
    tells: ['payment.canceled'],
    handle: ({ data }) => handlePaymentIntent(data.object, 'payment.canceled'),
  },

  'customer.subscription.created': { tells: subscription, readsStripe: true, handle: handleChange },
  'customer.subscription.updated': { tells: subscription, readsStripe: true, handle: handleChange },
  'customer.subscription.deleted': { tells: subscription, readsStripe: true, handle: handleChange },
  'customer.subscription.paused': { tells: subscription, readsStripe: true, handle: handleChange },
  'customer.subscription.resumed': { tells: subscription, readsStripe: true, handle: handleChange },
  'customer.subscription.trial_will_end': {
    tells: [...subscription, 'subscription.trial_ending'],
    readsStripe: true,
    handle: ({ data }) => handleSubscription(data.object, true),
  },

  'credit_note.created': {
    tells: correction,
    readsStripe: true,
    handle: ({ data }) => handleCreditNote(data.object),
  },
  'credit_note.updated': {
    tells: correction,
    readsStripe: true,
    handle: ({ data }) => handleCreditNote(data.object),
  },
  'credit_note.voided': {
    tells: correction,
    readsStripe: true,
    handle: ({ data }) => handleCreditNote(data.object),
  },

  // Stripe sends both for one payment; the first one is also sent for what is paid elsewhere.
  'invoice.paid': {
    tells: paidInvoice,
    readsStripe: true,
    handle: ({ data }) => handlePaidInvoice(data.object),
  },
  'invoice.payment_succeeded': {
    tells: paidInvoice,
    readsStripe: true,
    handle: ({ data }) => handlePaidInvoice(data.object),
  },
  'invoice.payment_failed': {
    tells: ['invoice.payment_failed'],
    handle: ({ data }) => handleUnpaidInvoice(data.object, 'invoice.payment_failed'),
  },
  'invoice.payment_action_required': {
    tells: ['invoice.payment_action_required'],
    handle: ({ data }) => handleUnpaidInvoice(data.object, 'invoice.payment_action_required'),
  },
};

function handleSession(object: Stripe.Checkout.Session): Handling {
  return {
    origin: checkoutSessionOrigin(object),
    factKeys: checkoutSessionFactKeys(object),
    isOwnerAsked: (facts, plans) => isOwnerAsked(object, facts, plans),
    readFor({ checkout }, plans) {
      const sold = checkout ?? lostCheckoutOf(object, plans.environmentName);
      const isNeeded = sold !== undefined && needsLineItems(object, sold);
      return isNeeded ? { object: 'checkout.session', id: object.id } : undefined;
    },
    decide(facts, plans, read) {
      const lines = read?.object === 'checkout.session' ? read.line_items : undefined;
      const session = lines === undefined ? object : { ...object, line_items: lines };
      return decideCheckoutSession(session, facts, plans);
    },
  };
}

function handleChange({ data }: { readonly data: { readonly object: Stripe.Subscription } }) {
  return handleSubscription(data.object, false);
}

/** The event types that have a handler. */
export const handledEventTypes = Object.keys(handlers) as readonly Stripe.Event['type'][];

/** Those of them whose handling reads an object from Stripe. */
export const stripeReadingEventTypes = handledEventTypes.filter(
  (type) => handlers[type]?.readsStripe === true,
);

/** The messages that events of a type may lead to; none for what we record and ignore. */
export function messagesOf(type: Stripe.Event['type']): readonly MessageType[] {
  return handlers[type]?.tells ?? [];
}

/** Whether something happened on the account of a seller on our platform, and not on our own. */
export function isOfConnectedAccount({ account }: Pick<Stripe.Event, 'account'>): boolean {
  return account !== undefined && account !== null;
}

/**
 * The handling of an event, or undefined when it is one that we record and ignore: its type has no
 * handler, or it is of a connected account (`account`). What a seller's customers buy of the seller
 * is not the platform's money, whatever the metadata that the seller gave it says. Whoever has an
 * event asks here, so that no handler sees one: https://docs.stripe.com/connect/webhooks
 */
export function handlingOf(event: Stripe.Event): Handling | undefined {
  if (isOfConnectedAccount(event)) return undefined;
  if (!Object.hasOwn(handlers, event.type)) return undefined;
  // A cast, because the compiler does not see that the handler is the one of this event's type.
  const handler = handlers[event.type] as EventHandler<Stripe.Event['type']>;
  const handling = handler.handle(event);
  if (!isOfSomeAccount(event)) return handling;
  return { ...handling, origin: { ...handling.origin, eventInDoubt: event.id } };
}

/**
 * A destination of an organization is sent the events of all of its accounts, each with its account
 * in `context` alone; which of them is ours, the event does not say.
 * https://docs.stripe.com/changelog/basil/2025-04-30/additional-context-organization-events
 */
function isOfSomeAccount({ context }: Pick<Stripe.Event, 'context'>): boolean {
  return context !== undefined && context !== null;
}
