import { unescapeHtml } from '../hosted-pages/html';
import { type BankDebit, goodAccount } from '../models/customers/test-bank-accounts';

/** What came of a visit to the hosted page. */
export interface VisitResult {
  /**
   * `paid`: sent on to success_url. `processing`: the same, and the bank has yet to pay. `declined`: the issuer said no. `invalid`: a field was refused.
   * `canceled`: sent back to cancel_url. `already_paid`, `expired`: nothing was left to do; a bank may have yet to pay.
   */
  readonly outcome:
    | 'already_paid'
    | 'canceled'
    | 'declined'
    | 'expired'
    | 'invalid'
    | 'paid'
    | 'processing';
  /** Where the browser would be by now. */
  readonly redirectUrl?: string;
  /** What the page told the buyer. */
  readonly message?: string;
}

export interface CardDetails {
  /** The card's number, with or without spaces. */
  readonly card: string;
  /** @default '12 / 49' */
  readonly expiry?: string;
  /** @default - as many digits as the brand has */
  readonly cvc?: string;
  /** Asked for only where the session knows none. @default 'buyer@example.com' */
  readonly email?: string;
  /** What comes of 3D Secure, where the card asks for it. @default 'complete' */
  readonly authentication?: 'complete' | 'fail';
}

export interface BankDetails {
  /** A debit, which the session must offer. */
  readonly method: BankDebit;
  /** The account's number or the IBAN. @default - a test account that pays in the end */
  readonly account?: string;
  /** Asked for only where the session knows none. @default 'buyer@example.com' */
  readonly email?: string;
}

/** Longer than the ten seconds that the page waits for the webhook's answer. */
const timeoutMillis = 20_000;

/**
 * Pays on the hosted page as a browser does: fetches it, fills in its form, submits it, authenticates
 * where the card asks for it, and stops at the redirect to the shop.
 * @param sessionUrl the checkout session's `url`
 * @throws an Error when the page is not there or is no checkout page
 */
export async function payOnHostedPage(
  sessionUrl: string,
  details: BankDetails | CardDetails,
): Promise<VisitResult> {
  const pageUrl = new URL(sessionUrl);
  if ('method' in details) pageUrl.searchParams.set('method', details.method);
  const page = await fetchPage(pageUrl.href);
  const closed = closedOutcome(page);
  if (closed) return closed;
  const first = await submit(page, sessionUrl, filledIn(page, details));
  const last =
    first.redirectUrl?.startsWith(new URL('/c/authenticate/', sessionUrl).href) === true
      ? await authenticate(first.redirectUrl, details)
      : first;
  if (last.redirectUrl !== null) {
    const outcome = 'method' in details ? 'processing' : 'paid';
    return { outcome, redirectUrl: last.redirectUrl };
  }
  return closedOutcome(last.page) ?? refusal(last.page);
}

interface Submitted {
  readonly page: string;
  readonly redirectUrl: string | null;
}

async function submit(page: string, pageUrl: string, body: URLSearchParams): Promise<Submitted> {
  const response = await fetch(new URL(attribute(page, 'form', 'action'), pageUrl), {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMillis),
  });
  const redirectUrl = response.status === 303 ? response.headers.get('location') : null;
  return { page: await response.text(), redirectUrl };
}

async function authenticate(url: string, details: BankDetails | CardDetails): Promise<Submitted> {
  const outcome = ('authentication' in details && details.authentication) || 'complete';
  return submit(await fetchPage(url), url, new URLSearchParams({ outcome }));
}

/**
 * Presses Cancel on the hosted page.
 * @throws an Error when the page offers no way back, because the session has no cancel_url
 */
export async function cancelOnHostedPage(sessionUrl: string): Promise<VisitResult> {
  const page = await fetchPage(sessionUrl);
  return (
    closedOutcome(page) ?? {
      outcome: 'canceled',
      redirectUrl: attribute(page, 'a', 'href', 'id="cancel"'),
    }
  );
}

async function fetchPage(sessionUrl: string): Promise<string> {
  const response = await fetch(sessionUrl, { signal: AbortSignal.timeout(timeoutMillis) });
  if (response.ok) return response.text();
  throw new Error(
    `No checkout page at ${sessionUrl}: HTTP ${response.status}. Is it the url of a checkout session of the local Stripe that is running?`,
  );
}

function filledIn(page: string, details: BankDetails | CardDetails): URLSearchParams {
  const entries: Readonly<Record<string, string>> = {
    billingName: 'Jenny Rosen',
    email: details.email ?? 'buyer@example.com',
    ...('method' in details ? bankEntries(details) : cardEntries(details)),
  };
  const form = new URLSearchParams();
  for (const [input] of page.matchAll(/<input\b[^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(input)?.[1];
    const value = / value="([^"]*)"/.exec(input)?.[1] ?? '';
    if (name !== undefined) form.set(name, entries[name] ?? unescapeHtml(value));
  }
  return form;
}

function cardEntries({ card, expiry = '12 / 49', cvc }: CardDetails): Record<string, string> {
  const isAmex = /^\s*3[47]/.test(card);
  return { cardCvc: cvc ?? (isAmex ? '1234' : '123'), cardExpiry: expiry, cardNumber: card };
}

function bankEntries({ method, account }: BankDetails): Record<string, string> {
  const number = account ?? goodAccount[method].number;
  if (method === 'sepa_debit') return { iban: number };
  return { accountNumber: number, routingNumber: goodAccount.us_bank_account.routing };
}

function attribute(page: string, tag: string, name: string, having = ''): string {
  const tags = page.match(new RegExp(`<${tag}\\b[^>]*>`, 'g')) ?? [];
  const value = tags
    .filter((found) => found.includes(having))
    .map((found) => new RegExp(` ${name}="([^"]*)"`).exec(found)?.[1])[0];
  if (value !== undefined) return unescapeHtml(value);
  throw new Error(
    `The checkout page has no <${tag} ${having}> with ${name}. Has the session a cancel_url, if you mean to cancel?`,
  );
}

function outcomeOf(page: string): string | undefined {
  return /<main\b[^>]* data-outcome="([^"]*)"/.exec(page)?.[1];
}

function closedOutcome(page: string): VisitResult | undefined {
  const outcome = outcomeOf(page);
  if (outcome === 'complete' || outcome === 'complete_unpaid') return { outcome: 'already_paid' };
  return outcome === 'expired' ? { outcome: 'expired' } : undefined;
}

function refusal(page: string): VisitResult {
  const outcome = outcomeOf(page) === 'declined' ? 'declined' : 'invalid';
  const alerts = [...page.matchAll(/<p\b[^>]* role="alert"[^>]*>([^<]*)<\/p>/g)];
  const message = alerts.map(([, text = '']) => unescapeHtml(text)).join(' ');
  return { outcome, message: message || 'The page gave no reason.' };
}
