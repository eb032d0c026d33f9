import { pino } from 'pino';
import type Stripe from 'stripe';
import { handlePendingEvents } from '../../../service/inbox/loop';
import { Receiver } from '../../../service/inbox/receive';
import type { Database } from '../../../service/store/database';
import { StripeClient } from '../../../service/stripe/client';
import { type AnsweringServer, startAnsweringServer } from '../../support/answering-server';
import { quietBookkeeper } from '../../support/bookkeeper';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { noPlans } from '../../support/plans';
import { eventOf } from '../../support/running-service';
import { buildPaymentIntent, buildSession } from '../../support/stripe-objects';

const log = pino({ level: 'silent' });

let testDatabase: TestDatabase;
let database: Database;
let stripe: AnsweringServer;
let receiver: Receiver;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  stripe = await startAnsweringServer();
  receiver = new Receiver(receiverOptions());
});

const receiverOptions = () => ({
  database,
  log,
  counter: { count: () => undefined },
  groupsInFlight: 1,
  bookkeeper: quietBookkeeper,
  wakeInbox: () => undefined,
  processing: 'on' as const,
  catalogue: noPlans,
});

afterAll(async () => {
  await stripe.close();
  await database.close();
  await testDatabase.drop();
});

beforeEach(() => {
  stripe.requests.length = 0;
});

const succeeded = (id: string, customer = 'cus_1') =>
  receiver.receive(
    eventOf('payment_intent.succeeded', buildPaymentIntent({ id, customer })) as Stripe.Event,
    'webhook',
  );
const answerCustomer = (metadata: object) => {
  stripe.answer = (response) =>
    response.end(JSON.stringify({ object: 'customer', id: 'cus', metadata }));
};

test('S17: who a customer is, Stripe is asked by the inbox loop, once', async () => {
  stripe.answer = (response) =>
    response.end(
      JSON.stringify({
        object: 'customer',
        id: 'cus_1',
        metadata: { tollgate_environment: 'local', tollgate_user_id: 'alice' },
      }),
    );
  expect(await succeeded('pi_1')).toEqual({ status: 'pending' });
  expect(stripe.requests).toEqual([]);

  const client = new StripeClient('sk_test_asking', stripe.url);
  const sources = { database, stripe: client, catalogue: noPlans, bookkeeper: quietBookkeeper };
  await handlePendingEvents({ ...sources, log, inFlight: 1 }, new AbortController().signal);
  expect(stripe.requests).toEqual(['GET /v1/customers/cus_1']);

  expect(await succeeded('pi_2')).toMatchObject({ status: 'processed', outcome: 'published' });
  expect(stripe.requests).toHaveLength(1);
  expect(await testDatabase.query('select type, user_id from outbox order by position')).toEqual([
    { type: 'payment.successful', user_id: 'alice' },
    { type: 'payment.successful', user_id: 'alice' },
  ]);
});

test("S27: of a stranger, Stripe is asked once for many of the stranger's payments", async () => {
  answerCustomer({});
  const client = new StripeClient('sk_test_asking', stripe.url);
  const sources = { database, stripe: client, catalogue: noPlans, bookkeeper: quietBookkeeper };
  for (const id of ['pi_s1', 'pi_s2', 'pi_s3']) {
    expect(await succeeded(id, 'cus_stranger')).toEqual({ status: 'pending' });
    await handlePendingEvents({ ...sources, log, inFlight: 1 }, new AbortController().signal);
  }
  expect(stripe.requests).toEqual(['GET /v1/customers/cus_stranger']);
  const told = await testDatabase.query("select 1 from outbox where message_key like '%:pi_s%'");
  expect(told).toHaveLength(3);
});

test.each([
  ["another environment's", { tollgate_environment: 'prod' }, []],
  ["nobody's", {}, [{ unit: 'usd', amount_minor: 1000n }]],
])(
  'M7, S27: a session made elsewhere, of a customer who is %s, is asked about',
  async (name, metadata, balances) => {
    answerCustomer(metadata);
    const userId = `user of ${name}`;
    const catalogue = {
      ...noPlans,
      creditsForeignSessions: true,
      foreign: { userKeys: ['client_reference_id'], packageOf: () => undefined },
    };
    const session = {
      ...buildSession({ id: `cs_${name}`, payment_intent: `pi_${name}`, metadata: {} }),
      amount_subtotal: 1000,
      client_reference_id: userId,
      customer: `cus_${name}`,
    };
    const event = eventOf('checkout.session.completed', session) as Stripe.Event;
    const foreign = new Receiver({ ...receiverOptions(), catalogue });
    expect(await foreign.receive(event, 'webhook')).toEqual({ status: 'pending' });
    const client = new StripeClient('sk_test_asking', stripe.url);
    const sources = { database, stripe: client, catalogue, bookkeeper: quietBookkeeper };
    await handlePendingEvents({ ...sources, log, inFlight: 1 }, new AbortController().signal);
    expect((await ledgerOf(testDatabase, userId)).balances).toEqual(balances);

    // Where such sessions are not credited, nobody is asked.
    const another = { ...session, id: `cs_${name}_2`, payment_intent: `pi_${name}_2` };
    const ignored = eventOf('checkout.session.completed', another) as Stripe.Event;
    expect(await receiver.receive(ignored, 'webhook')).toMatchObject({ outcome: 'not_ours' });
  },
);
