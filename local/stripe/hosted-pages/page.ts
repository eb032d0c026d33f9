import type { CheckoutSession } from '../state/stored';
import { documentOf, hashSource, seller } from './document';
import { Html, html } from './html';
import { orderSummary, orderTitle } from './order-summary';
import { methodLinks, methodTitles, type OpenPage, paymentForm, testNumbers } from './payment-form';
import { script, style } from './style';

/** What the page says about itself to a program that reads it (`data-outcome`). */
type PageOutcome =
  | 'authenticated'
  | 'authentication'
  | 'authentication_over'
  | 'complete'
  | 'complete_unpaid'
  | 'declined'
  | 'expired'
  | 'invalid'
  | 'not_found'
  | 'open'
  | 'shop_canceled'
  | 'shop_open'
  | 'shop_processing'
  | 'shop_success'
  | 'shop_unknown';

/** Only the page's own style and script run. Forms may end anywhere: the buyer goes to success_url. */
export const contentSecurityPolicy = `default-src 'none'; style-src ${hashSource(style)}; script-src ${hashSource(script)}; img-src data:; base-uri 'none'; frame-ancestors 'none'`;

function document(
  title: string,
  outcome: PageOutcome,
  layout: 'single' | 'split',
  body: Html,
): string {
  return documentOf(
    title,
    style,
    html`<main class="${layout}" data-outcome="${outcome}">${layout === 'single' ? seller : null}${body}</main>
<script>${new Html(script)}</script>`,
  );
}

export function openPage(page: OpenPage): string {
  const { session, errors, declineMessage } = page;
  const outcome = declineMessage ? 'declined' : errors ? 'invalid' : 'open';
  return document(
    orderTitle(page, outcome === 'open'),
    outcome,
    'split',
    html`
<section aria-labelledby="summary">
${seller}
${orderSummary(page)}
</section>
<section class="card" aria-labelledby="payment">
<h2 id="payment">${methodTitles[page.method]}</h2>
${methodLinks(page)}
${declineMessage ? html`<p class="alert" role="alert">${declineMessage}</p>` : null}
${paymentForm(page)}
${cancelLink(session)}
${testNumbers[page.method]}
</section>
`,
  );
}

function cancelLink({ cancel_url }: CheckoutSession): Html | null {
  if (cancel_url === null) return null;
  return html`<a class="quiet-button" id="cancel" href="${cancel_url}">Cancel</a>`;
}

interface AuthenticationPage {
  readonly intentId: string;
  /** What is to be paid, as people write it. */
  readonly total: string;
}

/** What stands for the page of the buyer's bank in 3D Secure. */
export function authenticationPage({ intentId, total }: AuthenticationPage): string {
  return document(
    'Authenticate your payment',
    'authentication',
    'single',
    html`<section class="card" aria-labelledby="authentication">
<h2 id="authentication">3D Secure test page</h2>
<p>Your bank wants to know that it is you who pays ${total}. In test mode you say what comes of it.</p>
<form method="post" action="/c/authenticate/${intentId}">
<button class="pay" type="submit" name="outcome" value="complete">Complete</button>
<button class="quiet-button" type="submit" name="outcome" value="fail">Fail</button>
</form>
</section>`,
  );
}

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
  authenticated: {
    title: 'Thank you',
    text: 'Your bank has answered. You can close this page.',
  },
  authentication_over: {
    title: 'There is nothing to authenticate',
    text: 'This payment does not wait for you any more.',
  },
  complete: {
    title: 'You’re all done here',
    text: 'This payment has been made. Nothing more will be charged.',
  },
  complete_unpaid: {
    title: 'Your bank has yet to pay',
    text: 'You have nothing more to do. The money takes days to arrive.',
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
  shop_processing: {
    title: 'Thank you, your bank has yet to pay',
    text: 'Nothing is yours before the money is there. This page stands for your own application, where success_url leads to.',
  },
  shop_open: {
    title: 'Nothing has been paid yet',
    text: 'The checkout is still open. This page stands for your own application, where success_url leads to.',
  },
  shop_unknown: {
    title: 'You come back from a checkout',
    text: 'The address names no session of this Stripe, so that nobody can say what came of it. This page stands for your own application.',
  },
  shop_canceled: {
    title: 'Nothing was paid',
    text: 'This page stands for your own application, where cancel_url leads to.',
  },
} as const;
