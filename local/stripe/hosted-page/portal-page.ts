import { createHash } from 'node:crypto';
import { currentPeriod } from '../billing/subscription-items';
import { formatAmount } from '../money';
import type { PortalAction } from '../portal';
import type { Customer, Invoice, InvoiceLine, PortalSession, Subscription } from '../stored';
import { documentOf, seller } from './document';
import { type Html, html } from './html';
import { style } from './style';

/** What these pages have beside the style of the hosted page. */
const portalStyle = `
main.portal { display: block; max-width: 680px; }
main.portal h1 { margin: 24px 0 4px; font-size: 28px; font-weight: 700; color: var(--ink); letter-spacing: -.01em; }
main.portal h2 { margin: 32px 0 12px; }
.for { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }
.card + .card { margin-top: 12px; }
.plan { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; margin: 0; font-weight: 600; }
.plan span { min-width: 0; overflow-wrap: anywhere; }
.when { margin: 6px 0 0; color: var(--quiet); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 14px; }
.actions .quiet-button, .open .quiet-button { margin: 0; width: auto; padding: 10px 16px; background: none; cursor: pointer; }
.actions .danger { border-color: var(--error); color: var(--error); }
.notice { margin: 20px 0 0; padding: 12px 14px; border: 1px solid var(--accent); border-radius: 8px; font-weight: 500; }
table { width: 100%; border-collapse: collapse; }
th { padding: 0 8px 8px 0; text-align: left; font-size: 14px; font-weight: 500; color: var(--quiet); }
td { padding: 12px 8px 12px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; text-align: right; }
.state { border: 1px solid var(--line); border-radius: 4px; padding: 1px 7px; font-size: 13px; white-space: nowrap; }
.back { display: inline-block; margin-top: 32px; }
.open { margin-top: 20px; }
`;

const css = style + portalStyle;
const styleHash = createHash('sha256').update(css).digest('base64');

/** Only the page's own style; there is no script. */
export const portalSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

function document(title: string, body: Html): string {
  return documentOf(
    title,
    css,
    html`<main class="portal">
${seller}
${body}
</main>`,
  );
}

/** A subscription, its name and what can be done to it. */
export interface ShownSubscription {
  readonly subscription: Subscription;
  readonly name: string;
  readonly actions: readonly PortalAction[];
}

export interface PortalPage {
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
  return document(
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

const dateFormat = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' });
const date = (seconds: number) => dateFormat.format(seconds * 1000);

function subscriptionCard(session: PortalSession, shown: ShownSubscription): Html {
  const { subscription, name, actions } = shown;
  const { id, items } = subscription;
  const total = items.data.reduce(
    (sum, { price, quantity = 1 }) => sum + (price.unit_amount ?? 0) * quantity,
    0,
  );
  const interval = items.data[0]?.plan.interval ?? 'month';
  return html`<section class="card" aria-labelledby="${id}" data-subscription="${id}" data-status="${subscription.status}">
<h3 class="plan" id="${id}"><span>${name}</span><span class="amount">${formatAmount(total, subscription.currency)} per ${interval}</span></h3>
<p class="when">${whenText(subscription)}</p>
${actionForm(session, id, actions, name)}
</section>`;
}

function whenText(subscription: Subscription): string {
  const { status, cancel_at: cancelAt, ended_at: endedAt, trial_end: trialEnd } = subscription;
  if (endedAt !== null) return `Ended on ${date(endedAt)}.`;
  if (cancelAt !== null) return `Ends on ${date(cancelAt)} and is not renewed.`;
  if (status === 'trialing' && trialEnd !== null) return `On trial until ${date(trialEnd)}.`;
  if (status === 'past_due' || status === 'unpaid') return 'The last payment failed.';
  if (status === 'incomplete') return 'The first payment has not been made yet.';
  if (status === 'paused') return 'Paused: the trial ended without a card.';
  return `Renews on ${date(currentPeriod(subscription).end)}.`;
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
  return html`<tr><td>${date(created)}</td><td>${link}</td><td><span class="state">${status}</span></td><td class="amount">${formatAmount(total, currency)}</td></tr>`;
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
  return document(
    `Invoice ${number}`,
    html`<h1>Invoice ${number}</h1>
<p class="for">${date(created)}${email && html` for ${email}`} <span class="state" data-status="${status}">${status}</span></p>
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
  return document(
    'This page has expired',
    html`<h1>This page has expired</h1><p class="for">Go back to the shop and open it from there again.</p>`,
  );
}
