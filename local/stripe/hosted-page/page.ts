import { createHash } from 'node:crypto';
import { formatAmount } from '../money';
import type { CheckoutSession, LineItem } from '../stored';
import type { FieldErrors, FieldName, FieldValues } from './card-form';
import { Html, html } from './html';
import { script, style } from './style';

/** What the page says about itself to a program that reads it (`data-outcome`). */
export type PageOutcome =
  | 'complete'
  | 'declined'
  | 'expired'
  | 'invalid'
  | 'not_found'
  | 'open'
  | 'shop_canceled'
  | 'shop_success';

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

/** Only the page's own style and script run. Forms may end anywhere: the buyer goes to success_url. */
export const contentSecurityPolicy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; img-src data:; base-uri 'none'; frame-ancestors 'none'`;

function document(
  title: string,
  outcome: PageOutcome,
  layout: 'single' | 'split',
  body: Html,
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<main class="${layout}" data-outcome="${outcome}">${body}</main>
<script>${new Html(script)}</script>
</body>
</html>
`.markup;
}

const seller = html`<p class="seller">Local Stripe <span class="badge">TEST MODE</span></p>`;

export interface OpenPage {
  readonly session: CheckoutSession;
  readonly lineItems: readonly LineItem[];
  /** The session's or its customer's e-mail address, which is shown and not asked for. */
  readonly knownEmail: string | null;
  readonly values?: FieldValues;
  readonly errors?: FieldErrors;
  /** The issuer's no, after an attempt. */
  readonly declineMessage?: string;
}

export function openPage(page: OpenPage): string {
  const { session, lineItems, errors, declineMessage } = page;
  const total = formatAmount(session.amount_total ?? 0, session.currency ?? 'usd');
  const outcome = declineMessage ? 'declined' : errors ? 'invalid' : 'open';
  const title = outcome === 'open' ? `Pay ${total}` : `Not paid yet: ${total}`;
  return document(
    title,
    outcome,
    'split',
    html`
<section aria-labelledby="summary">
${seller}
<h1 id="summary">Amount due</h1>
<p class="total">${total}</p>
<ul class="items">${lineItems.map(itemRow)}</ul>
</section>
<section class="card" aria-labelledby="payment">
<h2 id="payment">Pay with card</h2>
${declineMessage ? html`<p class="alert" role="alert">${declineMessage}</p>` : null}
${cardForm(page, total)}
${cancelLink(session)}
${testCards}
</section>
`,
  );
}

function itemRow({ description, quantity, amount_total, currency, price }: LineItem): Html {
  const unit = formatAmount(price.unit_amount ?? 0, currency);
  const each = quantity === 1 ? null : html`<small>${quantity} × ${unit}</small>`;
  return html`<li><span>${description}${each}</span><span class="amount">${formatAmount(amount_total, currency)}</span></li>`;
}

interface Field {
  readonly name: FieldName;
  readonly label: string;
  readonly autocomplete: string;
  readonly placeholder?: string;
  readonly inputmode?: string;
  readonly maxLength: number;
  readonly isRequired: boolean;
  /** Card data are never sent back, so that no copy of the page holds them. */
  readonly isKept: boolean;
}

const fields = {
  email: {
    name: 'email',
    label: 'Email',
    autocomplete: 'email',
    placeholder: 'you@example.com',
    inputmode: 'email',
    maxLength: 512,
    isRequired: true,
    isKept: true,
  },
  number: {
    name: 'cardNumber',
    label: 'Card number',
    autocomplete: 'cc-number',
    placeholder: '1234 1234 1234 1234',
    inputmode: 'numeric',
    maxLength: 30,
    isRequired: true,
    isKept: false,
  },
  expiry: {
    name: 'cardExpiry',
    label: 'Expiry',
    autocomplete: 'cc-exp',
    placeholder: 'MM / YY',
    inputmode: 'numeric',
    maxLength: 9,
    isRequired: true,
    isKept: false,
  },
  cvc: {
    name: 'cardCvc',
    label: 'CVC',
    autocomplete: 'cc-csc',
    placeholder: 'CVC',
    inputmode: 'numeric',
    maxLength: 4,
    isRequired: true,
    isKept: false,
  },
  name: {
    name: 'billingName',
    label: 'Name on card',
    autocomplete: 'cc-name',
    placeholder: 'Full name',
    maxLength: 200,
    isRequired: false,
    isKept: true,
  },
} as const satisfies Readonly<Record<string, Field>>;

function cardForm(page: OpenPage, total: string): Html {
  const email = page.knownEmail
    ? html`<div class="field"><label for="email">Email</label><input id="email" value="${page.knownEmail}" readonly></div>`
    : fieldOf(fields.email, page);
  return html`<form method="post" action="/c/pay/${page.session.id}">
${email}
${fieldOf(fields.number, page)}
<div class="pair">${fieldOf(fields.expiry, page)}${fieldOf(fields.cvc, page)}</div>
${fieldOf(fields.name, page)}
<button class="pay SubmitButton" type="submit">Pay ${total}</button>
</form>`;
}

function fieldOf(field: Field, { values, errors }: OpenPage): Html {
  const {
    name,
    label,
    autocomplete,
    placeholder = '',
    inputmode = 'text',
    maxLength,
    isRequired,
    isKept,
  } = field;
  const error = errors?.[name];
  const value = isKept ? (values?.[name] ?? '') : '';
  const state = error ? html` aria-invalid="true" aria-describedby="${name}-error"` : null;
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${inputmode === 'email' ? 'email' : 'text'}" value="${value}" autocomplete="${autocomplete}" placeholder="${placeholder}" inputmode="${inputmode}" maxlength="${maxLength}"${isRequired ? html` required` : null}${state}>${
    error ? html`<p class="error" id="${name}-error" role="alert">${error}</p>` : null
  }</div>`;
}

function cancelLink({ cancel_url }: CheckoutSession): Html | null {
  if (cancel_url === null) return null;
  return html`<a class="quiet-button" id="cancel" href="${cancel_url}">Cancel</a>`;
}

const testCards = html`<details><summary>Test cards</summary><dl>
<dt>4242 4242 4242 4242</dt><dd>pays</dd>
<dt>4000 0000 0000 0002</dt><dd>is declined</dd>
<dt>4000 0000 0000 9995</dt><dd>has insufficient funds</dd>
</dl><p>Any future expiry and any CVC will do.</p></details>`;

/** A page on which nothing more can be done. */
export function closedPage(
  outcome: keyof typeof closed,
  link: { readonly href: string; readonly text: string } | null,
  reference: string | null,
): string {
  const { title, text } = closed[outcome];
  return document(
    title,
    outcome,
    'single',
    html`<section class="card">
<h2>${title}</h2>
<p>${text}</p>
${link ? html`<a class="quiet-button" href="${link.href}">${link.text}</a>` : null}
${reference ? html`<p class="reference">${reference}</p>` : null}
</section>`,
  );
}

const closed = {
  complete: {
    title: 'You’re all done here',
    text: 'This payment has been made. Nothing more will be charged.',
  },
  expired: {
    title: 'This checkout has expired',
    text: 'Nothing was charged. Go back to the shop and start again.',
  },
  not_found: {
    title: 'The page you were looking for could not be found',
    text: 'Check that the whole address was copied, also what follows the # sign.',
  },
  shop_success: {
    title: 'Thank you, your payment went through',
    text: 'This page stands for your own application, where success_url leads to.',
  },
  shop_canceled: {
    title: 'Nothing was paid',
    text: 'This page stands for your own application, where cancel_url leads to.',
  },
} as const;
