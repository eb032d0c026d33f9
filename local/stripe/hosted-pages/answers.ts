import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { methodsOf } from '../models/checkout/offered-methods';
import { checkoutDetailsKind } from '../models/checkout/sessions';
import { subscriptionOrderKind, trialEndSecond } from '../models/checkout/subscriptions';
import { customerKind } from '../models/customers/customers';
import type { Account, Event } from '../state/account';
import type { CheckoutSession } from '../state/stored';
import { closedPage, contentSecurityPolicy, openPage } from './page';
import type { OpenPage } from './payment-form';

/** Stripe sends the buyer back when the webhook has answered, or after this time. */
const webhookPatienceMillis = 10_000;

/** The address that the buyer is not asked for again. */
export function emailOf(
  { tables }: Account,
  { customer, customer_email }: CheckoutSession,
): string | null {
  return (
    customer_email ?? (customer ? (tables.of(customerKind).find(customer)?.email ?? null) : null)
  );
}

/** Sends the buyer of a completed session on to the shop. */
export async function sendBack(
  account: Account,
  session: CheckoutSession,
  completed: Event,
  reply: FastifyReply,
): Promise<FastifyReply> {
  await Promise.race([
    account.outlets.firstAnswers(completed.id),
    sleep(webhookPatienceMillis, undefined, { ref: false }),
  ]);
  return reply.redirect(successUrl(session), 303);
}

function successUrl({ id, success_url }: CheckoutSession): string {
  return (success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', id);
}

/** The page of a session, whatever its status. */
export function viewOf(
  account: Account,
  session: CheckoutSession,
  more: Partial<Pick<OpenPage, 'declineMessage' | 'errors' | 'method' | 'values'>> = {},
): string {
  if (session.status === 'complete') {
    const link = { href: successUrl(session), text: 'Back to the shop' };
    const isPaid = session.payment_status !== 'unpaid';
    return closedPage(isPaid ? 'complete' : 'complete_unpaid', link, session.id);
  }
  if (session.status === 'expired') {
    const link = session.cancel_url ? { href: session.cancel_url, text: 'Back to the shop' } : null;
    return closedPage('expired', link, session.id);
  }
  const { lineItems } = account.tables.of(checkoutDetailsKind).get(session.id);
  const [method = 'card'] = methodsOf(session);
  const trialEnd = account.tables.of(subscriptionOrderKind).find(session.id)?.trialEnd ?? null;
  return openPage({
    session,
    lineItems,
    trialEndsAt: trialEnd && trialEndSecond(trialEnd, account.now()),
    knownEmail: emailOf(account, session),
    method,
    ...more,
  });
}

export function showNotFound(reply: FastifyReply): FastifyReply {
  return show(reply, 404, closedPage('not_found', null, null));
}

/** @param policy what the page may load and run */
export function show(
  reply: FastifyReply,
  status: number,
  page: string,
  policy = contentSecurityPolicy,
): FastifyReply {
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': policy,
      'content-type': 'text/html; charset=utf-8',
      // Not no-referrer: browsers send `Origin: null` with a form then, and it would be refused.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .send(page);
}
