import { eventDeliveriesKind } from '../events/deliveries';
import { eventKind } from '../events/events';
import { webhookEndpointKind } from '../events/webhook-endpoints';
import { productName } from '../models/billing/invoice-lines';
import { invoiceKind } from '../models/billing/invoices';
import { currentPeriod } from '../models/billing/subscription-items';
import { subscriptionKind } from '../models/billing/subscriptions';
import { checkoutDetailsKind, checkoutSessionKind } from '../models/checkout/sessions';
import { chargeKind } from '../models/payments/charges';
import { disputeKind } from '../models/payments/disputes';
import { paymentIntentKind } from '../models/payments/payment-intents';
import { refundKind } from '../models/payments/refunds';
import { formatAmount } from '../parameters/money';
import { type Account, noRequest } from '../state/account';
import type { Charge, CheckoutSession, Subscription } from '../state/stored';
import type { Action } from './actions';
import { formatMoment, whoOf } from './who-and-when';

/** An object that is there, and what buyers, banks and time can do to it. */
export interface Row {
  readonly title: string;
  /** Where a buyer goes on. */
  readonly link?: string;
  readonly amount: string | null;
  /** Whose, since when, and its id. */
  readonly details: readonly string[];
  readonly actions: readonly Action[];
}

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

const post = (label: string, path: string, fields?: Action['fields']): Action => ({
  label,
  path: `/_local/${path}`,
  ...(fields && { fields }),
});
const harm = (label: string, path: string, fields?: Action['fields']): Action => ({
  ...post(label, path, fields),
  isHarm: true,
});

const amountOf = (minor: number | null, currency: string | null) =>
  minor === null || currency === null ? null : formatAmount(minor, currency);

function namesOf({ tables }: Account, { id }: CheckoutSession): string {
  const details = tables.of(checkoutDetailsKind).find(id);
  return details?.lineItems.map(({ description }) => description).join(', ') || 'a checkout';
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

function waiting(account: Account): Row[] {
  return [
    ...debits(account),
    ...authentications(account),
    ...pendingRefunds(account),
    ...openDisputes(account),
    ...openInvoices(account),
  ];
}

function debits(account: Account): Row[] {
  return account.tables
    .of(checkoutSessionKind)
    .newestFirst()
    .filter(
      ({ status, payment_status: paid, payment_intent: intent }) =>
        status === 'complete' &&
        paid === 'unpaid' &&
        intent !== null &&
        account.tables.of(paymentIntentKind).find(intent)?.status === 'processing',
    )
    .map((session) => ({
      title: `A bank debit for ${namesOf(account, session)}`,
      amount: amountOf(session.amount_total, session.currency),
      details: [whoOf(account, session), formatMoment(session.created), session.id],
      actions: [
        post('The bank pays', `checkout/sessions/${session.id}/settle`),
        harm('The bank refuses', `checkout/sessions/${session.id}/fail`),
      ],
    }));
}

function authentications(account: Account): Row[] {
  return account.tables
    .of(paymentIntentKind)
    .newestFirst()
    .filter(({ status }) => status === 'requires_action')
    .map((intent) => ({
      title: 'A payment that asks for 3D Secure',
      amount: amountOf(intent.amount, intent.currency),
      details: [whoOf(account, intent), formatMoment(intent.created), intent.id],
      actions: [
        post('The buyer authenticates', `payment_intents/${intent.id}/authenticate`),
        harm('The buyer fails to', `payment_intents/${intent.id}/fail-authentication`),
      ],
    }));
}

function pendingRefunds(account: Account): Row[] {
  return account.tables
    .of(refundKind)
    .newestFirst()
    .filter(({ status }) => status === 'pending')
    .map((refund) => ({
      title: 'A refund that is on its way',
      amount: amountOf(refund.amount, refund.currency),
      details: [whoOfCharge(account, refund.charge), formatMoment(refund.created), refund.id],
      actions: [
        post('It arrives', `refunds/${refund.id}/settle`),
        harm('It fails', `refunds/${refund.id}/fail`),
      ],
    }));
}

function openDisputes(account: Account): Row[] {
  const isOpen = (status: string) =>
    ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'].includes(
      status,
    );
  return account.tables
    .of(disputeKind)
    .newestFirst()
    .filter(({ status }) => isOpen(status))
    .map((dispute) => ({
      title: `${dispute.status.startsWith('warning') ? 'An inquiry' : 'A dispute'}: ${dispute.reason.replaceAll('_', ' ')}`,
      amount: amountOf(dispute.amount, dispute.currency),
      details: [
        whoOfCharge(account, dispute.charge),
        formatMoment(dispute.created),
        dispute.status,
        dispute.id,
      ],
      actions: [
        post('You win', `disputes/${dispute.id}/win`),
        harm('You lose', `disputes/${dispute.id}/lose`),
        ...(dispute.status.startsWith('warning')
          ? [harm('It becomes a chargeback', `disputes/${dispute.id}/escalate`)]
          : []),
      ],
    }));
}

function openInvoices(account: Account): Row[] {
  return account.tables
    .of(invoiceKind)
    .newestFirst()
    .filter(({ status }) => status === 'open')
    .map((invoice) => ({
      title: `An open invoice ${invoice.number ?? ''}`,
      ...(invoice.hosted_invoice_url && { link: invoice.hosted_invoice_url }),
      amount: amountOf(invoice.amount_remaining, invoice.currency),
      details: [whoOf(account, invoice), formatMoment(invoice.created), String(invoice.id)],
      actions: [
        post('It is paid', `invoices/${invoice.id}/pay`),
        harm('One more attempt fails', `invoices/${invoice.id}/fail`),
        harm('The last one fails', `invoices/${invoice.id}/fail`, { give_up: 'cancel' }),
      ],
    }));
}

function whoOfCharge(account: Account, id: unknown): string {
  const charge = account.tables.of(chargeKind).find(String(id));
  return charge === undefined ? 'a guest' : whoOf(account, charge);
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
