import { formatDate, formatRecurrence, formatShortDate } from '../models/billing/periods';
import type { PortalAction } from '../models/billing/portal';
import { currentPeriod } from '../models/billing/subscription-items';
import { formatAmount } from '../parameters/money';
import type { Customer, Invoice, InvoiceLine, PortalSession, Subscription } from '../state/stored';
import { columnPage } from './column';
import { type Html, html } from './html';

/** A subscription, its name and what can be done to it. */
export interface ShownSubscription {
  readonly subscription: Subscription;
  readonly name: string;
  readonly actions: readonly PortalAction[];
}

interface PortalPage {
  readonly session: PortalSession;
  readonly customer: Customer | undefined;
  readonly subscriptions: readonly ShownSubscription[];
  /** Null where the configuration shows none. */
  readonly invoices: readonly Invoice[] | null;
  /** What was just done. */
  readonly done: PortalAction | null;
}

const doneTexts: Readonly<Record<PortalAction, string>> = {
  cancel_at_period_end: 'Your subscription will end with the period that is paid.',
  cancel_now: 'Your subscription has ended.',
  resume: 'Your subscription goes on.',
};

export function portalPage({
  session,
  customer,
  subscriptions,
  invoices,
  done,
}: PortalPage): string {
  return columnPage(
    'Your subscriptions',
    html`<h1>Your subscriptions</h1>
<p class="for">${customer?.email ?? session.customer}</p>
${done && html`<p class="notice" role="status">${doneTexts[done]}</p>`}
<h2>Subscriptions</h2>
${subscriptions.length === 0 ? html`<p class="for">There are none.</p>` : null}
${subscriptions.map((shown) => subscriptionCard(session, shown))}
${invoices && invoiceTable(invoices)}
${session.return_url && html`<a class="back" href="${session.return_url}">Return to the shop</a>`}`,
  );
}

function subscriptionCard(session: PortalSession, shown: ShownSubscription): Html {
  const { subscription, name, actions } = shown;
  const { id, items } = subscription;
  const total = items.data.reduce(
    (sum, { price, quantity = 1 }) => sum + (price.unit_amount ?? 0) * quantity,
    0,
  );
  const [first] = items.data;
  const recurrence = first ? formatRecurrence(first.plan) : '';
  return html`<section class="card" aria-labelledby="${id}" data-subscription="${id}" data-status="${subscription.status}">
<h3 class="plan" id="${id}"><span>${name}</span><span class="amount">${formatAmount(total, subscription.currency)} ${recurrence}</span></h3>
<p class="when">${whenText(subscription)}</p>
${actionForm(session, id, actions, name)}
</section>`;
}

function whenText(subscription: Subscription): string {
  const { status, cancel_at: cancelAt, ended_at: endedAt, trial_end: trialEnd } = subscription;
  if (endedAt !== null) return `Ended on ${formatDate(endedAt)}.`;
  if (cancelAt !== null) return `Ends on ${formatDate(cancelAt)} and is not renewed.`;
  if (status === 'trialing' && trialEnd !== null) return `On trial until ${formatDate(trialEnd)}.`;
  if (status === 'past_due' || status === 'unpaid') return 'The last payment failed.';
  if (status === 'incomplete') return 'The first payment has not been made yet.';
  if (status === 'paused') return 'Paused: the trial ended without a card.';
  return `Renews on ${formatDate(currentPeriod(subscription).end)}.`;
}

const actionTexts: Readonly<Record<PortalAction, string>> = {
  cancel_at_period_end: 'Cancel at the end of the period',
  cancel_now: 'Cancel now',
  resume: 'Don’t cancel',
};

function actionForm(
  session: PortalSession,
  subscriptionId: string,
  actions: readonly PortalAction[],
  name: string,
): Html | null {
  if (actions.length === 0) return null;
  const buttons = actions.map(
    (action) =>
      html`<button class="quiet-button${action === 'cancel_now' ? ' danger' : ''}" name="action" value="${action}" aria-label="${actionTexts[action]}: ${name}">${actionTexts[action]}</button>`,
  );
  const path = new URL(session.url).pathname;
  return html`<form class="actions" method="post" action="${path}/subscriptions/${subscriptionId}">${buttons}</form>`;
}

function invoiceTable(invoices: readonly Invoice[]): Html {
  if (invoices.length === 0) return html`<h2>Invoices</h2><p class="for">There are none.</p>`;
  return html`<h2 id="invoices">Invoices</h2>
<table aria-labelledby="invoices">
<thead><tr><th scope="col">Date</th><th scope="col">Invoice</th><th scope="col">Status</th><th scope="col">Amount</th></tr></thead>
<tbody>${invoices.map(invoiceRow)}</tbody>
</table>`;
}

function invoiceRow({
  created,
  currency,
  hosted_invoice_url: url,
  number,
  status,
  total,
}: Invoice) {
  const name = number ?? 'Draft';
  const link = url ? html`<a href="${url}">${name}</a>` : html`${name}`;
  return html`<tr><td>${formatShortDate(created)}</td><td>${link}</td><td><span class="state">${status}</span></td><td class="amount">${formatAmount(total, currency)}</td></tr>`;
}

/** An invoice as its customer sees it; an open one can be paid with the test card. */
export function invoicePage(invoice: Invoice, lines: readonly InvoiceLine[]): string {
  const {
    amount_remaining: due,
    created,
    currency,
    customer_email: email,
    number,
    status,
  } = invoice;
  const remaining = formatAmount(due, currency);
  return columnPage(
    `Invoice ${number}`,
    html`<h1>Invoice ${number}</h1>
<p class="for">${formatDate(created)}${email && html` for ${email}`} <span class="state" data-status="${status}">${status}</span></p>
<h2>Total ${formatAmount(invoice.total, currency)}</h2>
<ul class="items">${lines.map(
      ({ amount, description }) =>
        html`<li><span>${description}</span><span class="amount">${formatAmount(amount, currency)}</span></li>`,
    )}</ul>
${
  status === 'open'
    ? html`<form class="open" method="post" action="/i/${invoice.id}"><button class="pay">Pay ${remaining} with test card 4242</button></form>`
    : null
}`,
  );
}

/** The address opens nothing, or no longer. */
export function portalGonePage(): string {
  return columnPage(
    'This page has expired',
    html`<h1>This page has expired</h1><p class="for">Go back to the shop and open it from there again.</p>`,
  );
}
