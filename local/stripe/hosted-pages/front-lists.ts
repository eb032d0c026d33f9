import { eventDeliveriesKind } from '../events/deliveries';
import { eventKind } from '../events/events';
import { webhookEndpointKind } from '../events/webhook-endpoints';
import { productName } from '../models/billing/invoice-lines';
import { currentPeriod } from '../models/billing/subscription-items';
import { subscriptionKind } from '../models/billing/subscriptions';
import { checkoutSessionKind } from '../models/checkout/sessions';
import { chargeKind } from '../models/payments/charges';
import { formatAmount } from '../parameters/money';
import { type Account, noRequest } from '../state/account';
import type { Charge, Subscription } from '../state/stored';
import type { Action } from './actions';
import { amountOf, harm, namesOf, post, type Row } from './front-rows';
import { waiting } from './front-waiting';
import { formatMoment, whoOf } from './who-and-when';

/** A list of the front page; what is said when it is empty. */
export interface List {
  readonly title: string;
  readonly empty: string;
  readonly rows: readonly Row[];
}

const most = 10;

export function listsOf(account: Account): readonly List[] {
  return [
    {
      title: 'Open checkouts',
      empty: 'None. A session that is created shows here.',
      rows: openCheckouts(account),
    },
    {
      title: 'Waiting for a buyer or a bank',
      empty: 'Nothing: bank debits, 3D Secure, pending refunds and disputes would show here.',
      rows: waiting(account),
    },
    { title: 'Payments', empty: 'None yet.', rows: payments(account) },
    { title: 'Subscriptions', empty: 'None yet.', rows: subscriptions(account) },
    { title: 'Events', empty: 'None yet.', rows: events(account) },
  ];
}

function openCheckouts(account: Account): Row[] {
  return account.tables
    .of(checkoutSessionKind)
    .newestFirst()
    .filter(({ status, expires_at: end }) => status === 'open' && end > account.now())
    .slice(0, most)
    .map((session) => ({
      title: namesOf(account, session),
      ...(session.url !== null && { link: session.url }),
      amount: amountOf(session.amount_total, session.currency),
      details: [whoOf(account, session), formatMoment(session.created), session.id],
      actions: [],
    }));
}

function payments(account: Account): Row[] {
  return account.tables
    .of(chargeKind)
    .newestFirst()
    .filter(({ paid }) => paid)
    .slice(0, most)
    .map((charge) => ({
      title: whatIsPaid(account, charge),
      amount: amountOf(charge.amount, charge.currency),
      details: [
        whoOf(account, charge),
        formatMoment(charge.created),
        ...stateOf(charge),
        String(charge.payment_intent ?? charge.id),
      ],
      actions: [...refundsOf(charge), ...disputesOf(charge)],
    }));
}

/** What a checkout sold for it, or what an invoice says. */
function whatIsPaid(account: Account, { payment_intent: intent, description }: Charge): string {
  const sessions = account.tables.of(checkoutSessionKind).newestFirst();
  const session = sessions.find((each) => intent !== null && each.payment_intent === intent);
  return session === undefined ? (description ?? 'A payment') : namesOf(account, session);
}

function stateOf({ amount, amount_refunded: refunded, currency, disputed }: Charge): string[] {
  return [
    ...(refunded === 0
      ? []
      : [refunded === amount ? 'refunded' : `${formatAmount(refunded, currency)} refunded`]),
    ...(disputed ? ['disputed'] : []),
  ];
}

function refundsOf({ id, amount, amount_refunded: refunded }: Charge): Action[] {
  if (refunded === amount) return [];
  const refund = (label: string, part?: number): Action => ({
    label,
    path: '/v1/refunds',
    fields: { charge: id, ...(part !== undefined && { amount: String(part) }) },
  });
  const half = Math.floor((amount - refunded) / 2);
  return [refund('Refund'), ...(half > 0 ? [refund('Refund half', half)] : [])];
}

function disputesOf({ id, disputed, refunded }: Charge): Action[] {
  if (disputed || refunded) return [];
  return [
    harm('Dispute', `charges/${id}/dispute`),
    harm('Inquiry', `charges/${id}/dispute`, { reason: 'inquiry' }),
  ];
}

function subscriptions(account: Account): Row[] {
  return account.tables
    .of(subscriptionKind)
    .newestFirst()
    .slice(0, most)
    .map((subscription) => {
      const { id, items, status } = subscription;
      const [first] = items.data;
      return {
        title: items.data
          .map(({ price }) => productName({ account, cause: noRequest }, price))
          .join(', '),
        amount: amountOf(first?.price.unit_amount ?? null, first?.price.currency ?? null),
        details: [
          whoOf(account, subscription),
          status,
          ...(subscription.ended_at === null
            ? [`until ${formatMoment(currentPeriod(subscription).end)}`]
            : []),
          id,
        ],
        actions: whatTimeDoes(subscription),
      };
    });
}

function whatTimeDoes({ id, status, ended_at: endedAt }: Subscription): Action[] {
  if (endedAt !== null) return [];
  const on = `subscriptions/${id}`;
  if (status === 'incomplete') return [harm('Nobody pays in time', `${on}/expire`)];
  return [
    ...(status === 'trialing'
      ? [post('The trial ends', `${on}/end-trial`), post('It is about to', `${on}/trial-will-end`)]
      : []),
    post('The period ends', `${on}/renew`),
    harm('It ends, and the card is declined', `${on}/renew`, {
      payment_method: 'pm_card_chargeCustomerFail',
    }),
  ];
}

function events({ tables }: Account): Row[] {
  const endpoints = tables.of(webhookEndpointKind);
  return tables
    .of(eventKind)
    .newestFirst()
    .slice(0, most)
    .map(({ id, type, created }) => {
      const deliveries = tables.of(eventDeliveriesKind).find(id)?.deliveries ?? [];
      const states = deliveries.map(({ endpointId, state, attempts }) => {
        const { status, error } = attempts.at(-1) ?? { status: null, error: null };
        const answer = status ?? error ?? 'no answer yet';
        return `${endpoints.find(endpointId)?.url ?? 'an endpoint that is gone'}: ${state} (${answer})`;
      });
      return {
        title: type,
        amount: null,
        details: [
          formatMoment(created),
          ...(states.length > 0 ? states : ['no endpoint takes it']),
          id,
        ],
        actions: [{ label: 'Deliver again', path: `/v1/events/${id}/retry` }],
      };
    });
}
