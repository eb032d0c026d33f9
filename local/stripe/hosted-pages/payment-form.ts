import { methodsOf, type OfferedMethod } from '../models/checkout/offered-methods';
import type { FieldErrors, FieldValues } from './card-form';
import { fieldOf, fields } from './form-fields';
import { type Html, html } from './html';
import { type Order, submitText } from './order-summary';

/** A session that can be paid, and what came of the last attempt. */
export interface OpenPage extends Order {
  /** The session's or its customer's e-mail address, which is shown and not asked for. */
  readonly knownEmail: string | null;
  /** The way to pay whose form is shown. */
  readonly method: OfferedMethod;
  readonly values?: FieldValues;
  readonly errors?: FieldErrors;
  /** The issuer's no, after an attempt. */
  readonly declineMessage?: string;
}

export const methodTitles: Readonly<Record<OfferedMethod, string>> = {
  card: 'Pay with card',
  sepa_debit: 'Pay by SEPA debit',
  us_bank_account: 'Pay from a US bank account',
};

const methodNames: Readonly<Record<OfferedMethod, string>> = {
  card: 'Card',
  sepa_debit: 'SEPA debit',
  us_bank_account: 'US bank account',
};

/** The other ways to pay, where the session offers more than one; links need no script. */
export function methodLinks({ session, method }: OpenPage): Html | null {
  const methods = methodsOf(session);
  if (methods.length < 2) return null;
  const links = methods.map(
    (each) =>
      html`<a href="/c/pay/${session.id}?method=${each}"${each === method ? html` aria-current="true"` : null}>${methodNames[each]}</a>`,
  );
  return html`<nav class="methods" aria-label="Ways to pay">${links}</nav>`;
}

export function paymentForm(page: OpenPage): Html {
  const email = page.knownEmail
    ? html`<div class="field"><label for="email">Email</label><input id="email" value="${page.knownEmail}" readonly></div>`
    : fieldOf(fields.email, page);
  return html`<form method="post" action="/c/pay/${page.session.id}">
<input type="hidden" name="method" value="${page.method}">
${email}
${methodFields[page.method](page)}
<button class="pay SubmitButton" type="submit" data-testid="hosted-payment-submit-button">${submitText(page)}</button>
</form>`;
}

const methodFields: Readonly<Record<OfferedMethod, (page: OpenPage) => Html>> = {
  card: (page) => html`${fieldOf(fields.number, page)}
<div class="pair">${fieldOf(fields.expiry, page)}${fieldOf(fields.cvc, page)}</div>
${fieldOf(fields.name, page)}`,
  sepa_debit: (page) => html`${fieldOf(fields.holder, page)}
${fieldOf(fields.iban, page)}
${mandate}`,
  us_bank_account: (page) => html`${fieldOf(fields.holder, page)}
<div class="pair">${fieldOf(fields.routing, page)}${fieldOf(fields.account, page)}</div>
${mandate}`,
};

const mandate = html`<p class="mandate">By paying you allow the seller to debit this account. The money takes days to arrive.</p>`;

const whenBanksAnswer = html`<p>The bank answers when you say so, on the front page or by a control, or after the seconds of --settle-after.</p>`;

/** The numbers with which a test goes one way or the other: https://docs.stripe.com/testing */
export const testNumbers: Readonly<Record<OfferedMethod, Html>> = {
  card: html`<details><summary>Test cards</summary><dl>
<dt>4242 4242 4242 4242</dt><dd>pays</dd>
<dt>4000 0000 0000 0002</dt><dd>is declined</dd>
<dt>4000 0000 0000 9995</dt><dd>has insufficient funds</dd>
<dt>4000 0025 0000 3155</dt><dd>asks for 3D Secure</dd>
<dt>4000 0000 0000 0259</dt><dd>is charged back</dd>
</dl><p>Any future expiry and any CVC will do.</p></details>`,
  sepa_debit: html`<details><summary>Test accounts</summary><dl>
<dt>AT61 1904 3002 3457 3201</dt><dd>pays</dd>
<dt>AT86 1904 3002 3547 3202</dt><dd>fails</dd>
<dt>AT32 1904 3002 3547 3204</dt><dd>pays by itself after 3 minutes</dd>
<dt>AT05 1904 3002 3547 3205</dt><dd>fails by itself after 3 minutes</dd>
</dl>${whenBanksAnswer}</details>`,
  us_bank_account: html`<details><summary>Test accounts</summary><dl>
<dt>110000000 000123456789</dt><dd>pays</dd>
<dt>110000000 000222222227</dt><dd>fails</dd>
</dl>${whenBanksAnswer}</details>`,
};
