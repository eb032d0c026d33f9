import { pino } from 'pino';
import type Stripe from 'stripe';
import { handlePendingEvents } from '../../../service/inbox/loop';
import { Receiver } from '../../../service/inbox/receive';
import type { Database } from '../../../service/store/database';
import { StripeClient } from '../../../service/stripe/client';
import { type AnsweringServer, startAnsweringServer } from '../../support/answering-server';
import { quietBookkeeper } from '../../support/bookkeeper';
import { ledgerOf, openCheckout } from '../../support/checkouts';
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

test('S27: an event that may be of another account of the organization is booked only when our key knows it', async () => {
  const catalogue = { ...noPlans, creditsForeignSessions: true };
  const client = new StripeClient('sk_test_asking', stripe.url);
  const sources = { database, stripe: client, catalogue, bookkeeper: quietBookkeeper };
  const ofOrganization = new Receiver({ ...receiverOptions(), catalogue });
  const paid = (id: string, metadata: Record<string, string>) => ({
    ...eventOf(
      'checkout.session.completed',
      buildSession({ id: `cs_${id}`, payment_intent: `pi_${id}`, metadata }),
      `evt_${id}`,
    ),
    context: 'acct_of_some_account',
  });
  stripe.answer = (response, { url }) => {
    if (url === '/v1/events/evt_known') {
      response.end(JSON.stringify({ object: 'event', id: 'evt_known' }));
      return;
    }
    const error = { type: 'invalid_request_error', code: 'resource_missing' };
    response.writeHead(404).end(JSON.stringify({ error }));
  };
  const events = [
    paid('known', { tollgate_user_id: 'known' }),
    paid('unknown', { tollgate_user_id: 'unknown' }),
    // Another account can have an environment of the same name.
    paid('namesake', { tollgate_user_id: 'unknown', tollgate_environment: 'local' }),
  ];
  for (const event of events) {
    expect(await ofOrganization.receive(event as Stripe.Event, 'webhook')).toEqual({
      status: 'pending',
    });
  }
  await handlePendingEvents({ ...sources, log, inFlight: 1 }, new AbortController().signal);
  expect((await ledgerOf(testDatabase, 'known')).balances).toEqual([
    { unit: 'usd', amount_minor: 1000n },
  ]);
  expect((await ledgerOf(testDatabase, 'unknown')).balances).toEqual([]);
  expect(stripe.requests.toSorted()).toEqual([
    'GET /v1/events/evt_known',
    'GET /v1/events/evt_namesake',
    'GET /v1/events/evt_unknown',
  ]);

  // What we have sold ourselves is ours, and nobody is asked.
  const checkout = await openCheckout(testDatabase);
  const ours = { ...eventOf('checkout.session.completed', checkout.paidSession()) };
  expect(
    await ofOrganization.receive({ ...ours, context: 'acct_ours' } as Stripe.Event, 'webhook'),
  ).toMatchObject({ status: 'processed', outcome: 'credited' });
});
