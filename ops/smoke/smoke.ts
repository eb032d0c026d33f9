import { smokeUserPrefix } from '../../service/contract';
import { diagnose } from '../doctor/outside';
import { OpsFailure } from '../failure';
import { deliver, type Receiver, simulatedEvent } from '../service/signed-delivery';
import type { StripeAccess } from '../stripe-access';
import type { Steps } from '../terminal/steps';
import {
  type BegunSession,
  madeUpSession,
  newPaymentId,
  type Order,
  paidSession,
  wholeRefund,
} from './simulated';
import type { Balances, SmokeAccount } from './smoke-account';

/** What a smoke test works on. */
export interface SmokePlace {
  readonly receiver: Receiver;
  readonly account: (userId: string) => SmokeAccount;
  /** What the events are signed with. */
  readonly signingSecret: string;
  /** To close the page that was begun. @default - there is no key yet, and no page */
  readonly stripe: StripeAccess | undefined;
  /** As the service calls itself: `{project}-{env}`. */
  readonly environmentName: string;
}

/**
 * Sees that the service takes orders and credits what is paid: a session is begun, paid and refunded
 * by events of ours, signed as Stripe's are. No money moves: the page is closed unpaid, and what was
 * credited is reversed on the same accounts. What an earlier run has left is reversed first.
 * @throws OpsFailure at the first thing that is not as it should be
 */
export async function smoke(place: SmokePlace, steps: Steps): Promise<void> {
  await lookFromOutside(place, steps);
  const mode = place.stripe === undefined ? 'no-key' : place.receiver.mode;
  const account = place.account(`${smokeUserPrefix}${mode}`);
  await steps.run('a buyer', async () => {
    const left = await account.unreversed();
    for (const { amountMinor, currency, paymentId } of left) {
      await reverse(place, paymentId, amountMinor, currency);
    }
    return `${account.userId}${left.length === 0 ? '' : `; reversed what an earlier run left`}`;
  });
  const before = await account.balances();
  const order = { userId: account.userId, ...(await account.smallestTopup()) };
  const session = await begin(place, account, order, steps);
  try {
    await payAndRefund(place, { account, before, order, session }, steps);
  } finally {
    if (place.stripe !== undefined) await closePage(place.stripe, session, steps);
  }
}

async function lookFromOutside({ receiver, stripe }: SmokePlace, steps: Steps): Promise<void> {
  for (const finding of await diagnose(receiver.url, receiver.webhookPath)) {
    const { check, fix = '', ok, seen } = finding;
    // An environment that nobody has given a key yet is to be tried all the same.
    const lacksKeyAlone =
      check === 'ready' && stripe === undefined && seen.includes('"database":"ok"');
    await steps.run(check, async () => {
      if (!ok && !lacksKeyAlone) throw new OpsFailure(seen, fix);
      return seen;
    });
  }
}

async function begin(
  { environmentName, stripe }: SmokePlace,
  account: SmokeAccount,
  order: Order,
  steps: Steps,
): Promise<BegunSession> {
  let session = madeUpSession(order, environmentName);
  await steps.run('a checkout session', async () => {
    if (stripe === undefined) return `made up: there is no Stripe key yet (${session.id})`;
    session = await account.begin(order);
    return session.id;
  });
  return session;
}

interface Purchase {
  readonly account: SmokeAccount;
  readonly before: Balances;
  readonly order: Order;
  readonly session: BegunSession;
}

async function payAndRefund(
  place: SmokePlace,
  { account, before, order, session }: Purchase,
  steps: Steps,
): Promise<void> {
  const { amountMinor, currency } = order;
  const paymentId = newPaymentId();
  const isLive = place.receiver.mode === 'live';
  await steps.run('a signed webhook', () =>
    deliverProcessed(
      place,
      'checkout.session.completed',
      paidSession(session, order, paymentId, isLive),
    ),
  );
  const failure: unknown = await steps
    .run('the balance', () => account.expect(before, amountMinor, currency))
    .catch((error: unknown) => error);
  // Whatever was credited.
  await steps.run('the credit reversed', async () => {
    const credited = await account.balances();
    await reverse(place, paymentId, amountMinor, currency);
    return account.expect(before, 0, currency, credited);
  });
  if (failure !== undefined) throw failure;
}

async function reverse(
  place: SmokePlace,
  paymentId: string,
  amountMinor: number,
  currency: string,
): Promise<void> {
  await deliverProcessed(place, 'refund.created', wholeRefund(paymentId, amountMinor, currency));
}

/** @throws OpsFailure unless it is recorded and handled at once */
async function deliverProcessed(
  { receiver, signingSecret }: SmokePlace,
  type: string,
  object: object,
): Promise<string> {
  const event = simulatedEvent(type, object, receiver.mode);
  const { body, status } = await deliver(receiver, event, signingSecret);
  const [, outcome] = /"status":\s*"(\w+)"/.exec(body) ?? [];
  if (status === 200 && outcome === 'processed') return `${type} → 200 processed`;
  const seen = `POST ${receiver.webhookPath} with ${type} → ${status} ${body}`;
  throw new OpsFailure(
    `${seen}; expected 200 and "processed"`,
    status === 200
      ? 'It is recorded. If processing is paused, end that; else see `npm run ops -- events show` for why.'
      : 'Is --env the environment behind this address? If the secret is refused: `npm run ops -- secrets list`.',
  );
}

/** Nobody can pay what was only tried. A page that stays open closes by itself within a day. */
async function closePage(stripe: StripeAccess, { id }: BegunSession, steps: Steps): Promise<void> {
  await stripe
    .ask('closing the page', (client) => client.checkout.sessions.expire(id))
    .then(() => steps.say(`  the page of ${id} is closed, unpaid`))
    .catch((error: unknown) => {
      if (!(error instanceof OpsFailure)) throw error;
      steps.say(`  the page of ${id} closes by itself within a day: ${error.message}`);
    });
}
