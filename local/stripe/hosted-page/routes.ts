import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Account, noRequest, type Scope } from '../account';
import {
  checkoutDetailsKind,
  checkoutSessionKind,
  currentSession,
  payCheckoutSession,
} from '../checkout';
import { decodeForm } from '../form-encoding';
import { customerKind } from '../resources/customers';
import { createCardPaymentMethod } from '../resources/payment-methods';
import type { CheckoutSession } from '../stored';
import { type CardEntry, fieldValues, readCardForm } from './card-form';
import { closedPage, contentSecurityPolicy, type OpenPage, openPage } from './page';

/** Stripe sends the buyer back when the webhook has answered, or after this time. */
const webhookPatienceMs = 10_000;

/** Where a rehearsal sends its buyers back to, for want of a shop of their own. */
export const shopPath = '/_local/shop';

interface SessionPath {
  Params: { id: string };
}

/** The pages that a checkout session's `url` leads to. */
export function registerHostedPage(app: FastifyInstance, account: Account): void {
  app.get<SessionPath>('/c/pay/:id', (request, reply) => {
    const session = findSession(account, request.params.id);
    return session ? show(reply, 200, viewOf(account, session)) : showNotFound(reply);
  });

  app.post<SessionPath>('/c/pay/:id', async (request, reply) => {
    const session = findSession(account, request.params.id);
    if (!session || isFromElsewhere(request)) return showNotFound(reply);
    if (session.status !== 'open') return show(reply, 200, viewOf(account, session));
    return pay(account, session, request, reply);
  });
}

/** The page of a shop that has none: what became of a checkout, in words. */
export function registerShop(app: FastifyInstance): void {
  app.get<{ Querystring: { checkout?: string; session_id?: string } }>(
    `${shopPath}/`,
    ({ query }, reply) => {
      const outcome = query.checkout === 'success' ? 'shop_success' : 'shop_canceled';
      return show(reply, 200, closedPage(outcome, null, query.session_id ?? null));
    },
  );
}

function findSession(account: Account, id: string): CheckoutSession | undefined {
  const known = account.tables.of(checkoutSessionKind).find(id);
  return known && currentSession(account, known.id);
}

/** Another site's page may link here; it may not submit the form. */
function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
}

async function pay(
  account: Account,
  session: CheckoutSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const scope: Scope = { account, cause: noRequest };
  const values = fieldValues(decodeForm(typeof request.body === 'string' ? request.body : ''));
  const knownEmail = emailOf(account, session);
  const entry = readCardForm(values, knownEmail, new Date(account.now() * 1000));
  if ('errors' in entry) {
    return show(reply, 422, viewOf(account, session, { values, errors: entry.errors }));
  }
  const { decline, completed } = payCheckoutSession(
    scope,
    session.id,
    methodOf(scope, entry),
    entry,
  );
  if (decline || !completed) {
    const declineMessage = decline?.message ?? 'Your card was declined.';
    return show(reply, 402, viewOf(account, session, { values, declineMessage }));
  }
  await Promise.race([
    account.outlets.firstAnswers(completed.id),
    sleep(webhookPatienceMs, undefined, { ref: false }),
  ]);
  return reply.redirect(successUrl(session), 303);
}

function methodOf(scope: Scope, { card, expMonth, expYear, email, name }: CardEntry) {
  return createCardPaymentMethod(scope, { card, expMonth, expYear, billing: { email, name } });
}

function emailOf(
  { tables }: Account,
  { customer, customer_email }: CheckoutSession,
): string | null {
  return (
    customer_email ?? (customer ? (tables.of(customerKind).find(customer)?.email ?? null) : null)
  );
}

function successUrl({ id, success_url }: CheckoutSession): string {
  return (success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', id);
}

function viewOf(
  account: Account,
  session: CheckoutSession,
  more: Pick<OpenPage, 'declineMessage' | 'errors' | 'values'> = {},
): string {
  if (session.status === 'complete') {
    const link = { href: successUrl(session), text: 'Back to the shop' };
    return closedPage('complete', link, session.id);
  }
  if (session.status === 'expired') {
    const link = session.cancel_url ? { href: session.cancel_url, text: 'Back to the shop' } : null;
    return closedPage('expired', link, session.id);
  }
  const { lineItems } = account.tables.of(checkoutDetailsKind).get(session.id);
  return openPage({ session, lineItems, knownEmail: emailOf(account, session), ...more });
}

function showNotFound(reply: FastifyReply): FastifyReply {
  return show(reply, 404, closedPage('not_found', null, null));
}

function show(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy,
      'content-type': 'text/html; charset=utf-8',
      // Not no-referrer: browsers send `Origin: null` with a form then, and it would be refused.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .send(page);
}
