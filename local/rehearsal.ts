import { setTimeout as sleep } from 'node:timers/promises';
import { payOnHostedPage } from '@tollgate/local-stripe';
import type Stripe from 'stripe';
import { formatMoney } from '../service/ledger/money';
import type { Steps } from './steps';

interface RehearsalTarget {
  /** Where the service is, without a slash at the end. */
  readonly serviceUrl: string;
  /** A user's bearer token. */
  readonly token: string;
  /** The local Stripe, to see what it delivered. */
  readonly stripe: Stripe;
}

/** The card number with which every test payment succeeds: https://docs.stripe.com/testing#cards */
const workingCard = '4242 4242 4242 4242';
const deliveryTimeoutMillis = 15_000;

/**
 * A buyer's payment becomes a balance, by the public API alone: checkout session, hosted page,
 * signed webhook, balance; the same webhook once more, which must change nothing; and a package
 * of credits that is bought and refunded.
 * @throws Error at the first step whose outcome is not what it must be
 */
export async function rehearse(target: RehearsalTarget, steps: Steps): Promise<void> {
  await rehearseTopup(target, steps);
  await rehearseRefund(target, steps);
}

/** Of the catalogue's first currency; a catalogue without top-ups has nothing to show here. */
async function rehearseTopup(target: RehearsalTarget, steps: Steps): Promise<void> {
  const topup = await firstTopup(target);
  if (topup === undefined) return;
  const money = (amount: number) => formatMoney(BigInt(amount), topup.currency);
  const balance = (expected: number) => balanceOf(target, topup.currency, expected);
  const before = await steps.run(
    'balance before',
    () => balanceMinor(target, topup.currency),
    (amount) => `GET /v1/account → ${money(amount)}`,
  );

  const session = await steps.run(
    'checkout session',
    () => createSession(target, { topup }),
    ({ id }) => `POST /v1/checkout/sessions → 201, ${shorten(id)} over ${money(topup.amountMinor)}`,
  );

  await steps.run(
    'payment',
    () => pay(session.url),
    ({ outcome }) => `card ${workingCard} on Stripe's hosted page → ${outcome}`,
  );

  const event = await steps.run(
    'signed webhook',
    () => delivered(target.stripe, session.id),
    ({ id, type }) => `${type} → 200 (${id})`,
  );

  const expected = before + topup.amountMinor;
  await steps.run(
    'balance after',
    () => balance(expected),
    (amount) => `GET /v1/account → ${money(amount)}`,
  );

  await steps.run(
    'delivered again',
    async () => {
      await target.stripe.rawRequest('POST', `/v1/events/${event.id}/retry`);
      await delivered(target.stripe, session.id);
      return balance(expected);
    },
    (amount) => `the same event once more → still ${money(amount)}`,
  );
}

/** Of the catalogue's first package; a catalogue without packages has nothing to show here. */
async function rehearseRefund(target: RehearsalTarget, steps: Steps): Promise<void> {
  const sold = await firstPackage(target);
  if (sold === undefined) return;
  const before = await balanceMinor(target, 'credits');
  const session = await steps.run(
    'package of credits',
    async () => {
      const begun = await createSession(target, { package: sold.id });
      await pay(begun.url);
      await untilCredits(target, before + sold.credits);
      return begun;
    },
    () => `{"package": "${sold.id}"}, paid as above → ${before + sold.credits} credits`,
  );
  await steps.run(
    'refund',
    async () => {
      const { payment_intent } = await target.stripe.checkout.sessions.retrieve(session.id);
      if (typeof payment_intent !== 'string') throw new Error(`${session.id} has no payment`);
      await target.stripe.refunds.create({ payment_intent });
      await untilCredits(target, before);
    },
    () => `all of it refunded in Stripe → ${before} credits`,
  );
}

async function pay(sessionUrl: string) {
  const payment = await payOnHostedPage(sessionUrl, { card: workingCard });
  if (payment.outcome === 'paid') return payment;
  throw new Error(`the hosted page says ${payment.outcome}: ${payment.message}`);
}

function shorten(id: string): string {
  return id.length > 20 ? `${id.slice(0, 16)}…` : id;
}

async function createSession(
  target: RehearsalTarget,
  what: object,
): Promise<{ id: string; url: string }> {
  const answer = await ask(target, 'POST', '/v1/checkout/sessions', what);
  if (hasTexts(answer, 'id', 'url')) return answer;
  throw new Error(`the answer has no id and url: ${JSON.stringify(answer)}`);
}

async function firstOf(target: RehearsalTarget, what: 'topups' | 'packages'): Promise<unknown> {
  const answer = await ask(target, 'GET', '/v1/catalogue');
  const sold = isObject(answer) ? answer[what] : [];
  return Array.isArray(sold) ? sold[0] : undefined;
}

/** 10.00, or what of the currency's bounds comes nearest. */
async function firstTopup(target: RehearsalTarget) {
  const first = await firstOf(target, 'topups');
  if (!hasTexts(first, 'currency')) return undefined;
  const { minimumMinor, maximumMinor } = first as { minimumMinor?: number; maximumMinor?: number };
  const amountMinor = Math.min(Math.max(1000, minimumMinor ?? 0), maximumMinor ?? 1000);
  return { amountMinor, currency: first.currency };
}

async function firstPackage(target: RehearsalTarget) {
  const first = await firstOf(target, 'packages');
  if (first === undefined) return undefined;
  if (hasTexts(first, 'id') && 'credits' in first && typeof first.credits === 'number') {
    return { id: first.id, credits: first.credits };
  }
  throw new Error(`the package has no id and credits: ${JSON.stringify(first)}`);
}

async function balanceMinor(target: RehearsalTarget, unit: string): Promise<number> {
  const answer = await ask(target, 'GET', '/v1/account');
  const balances = isObject(answer) && Array.isArray(answer.balances) ? answer.balances : [];
  const balance: unknown = balances.find((each) => isObject(each) && each.unit === unit);
  return isObject(balance) ? Number(balance.amountMinor) : 0;
}

async function balanceOf(
  target: RehearsalTarget,
  currency: string,
  expectedMinor: number,
): Promise<number> {
  const amount = await balanceMinor(target, currency);
  if (amount === expectedMinor) return amount;
  const [seen, expected] = [amount, expectedMinor].map((each) =>
    formatMoney(BigInt(each), currency),
  );
  throw new Error(`the balance is ${seen}; expected ${expected}`);
}

/** Waits until the webhooks have brought the user's credits to this. */
async function untilCredits(target: RehearsalTarget, expected: number): Promise<void> {
  const deadline = performance.now() + deliveryTimeoutMillis;
  for (;;) {
    const credits = await balanceMinor(target, 'credits');
    if (credits === expected) return;
    if (performance.now() > deadline) {
      throw new Error(`there are ${credits} credits; expected ${expected}; see the service's log`);
    }
    await sleep(25);
  }
}

/** Waits until the session's completion has been delivered to every endpoint. */
async function delivered(stripe: Stripe, sessionId: string): Promise<Stripe.Event> {
  const deadline = performance.now() + deliveryTimeoutMillis;
  for (;;) {
    const events = await stripe.events.list({ type: 'checkout.session.completed', limit: 100 });
    const event = events.data.find(
      (each) => each.type === 'checkout.session.completed' && each.data.object.id === sessionId,
    );
    if (event?.pending_webhooks === 0) return event;
    if (performance.now() > deadline) {
      const state = event === undefined ? 'was never sent' : `${event.id} was not accepted`;
      throw new Error(`the completion of ${sessionId} ${state}; see the service's log`);
    }
    await sleep(25);
  }
}

async function ask(
  { serviceUrl, token }: RehearsalTarget,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${serviceUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.json();
  throw new Error(`${method} ${path} → ${response.status} ${await response.text()}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hasTexts<Key extends string>(
  value: unknown,
  ...keys: Key[]
): value is Record<Key, string> {
  return isObject(value) && keys.every((key) => typeof value[key] === 'string');
}
