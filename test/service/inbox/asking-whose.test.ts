import { pino } from 'pino';
import type Stripe from 'stripe';
import { handlePendingEvents } from '../../../service/inbox/loop';
import { Receiver } from '../../../service/inbox/receive';
import type { Database } from '../../../service/store/database';
import { StripeClient } from '../../../service/stripe/client';
import { type AnsweringServer, startAnsweringServer } from '../../support/answering-server';
import { quietBookkeeper } from '../../support/bookkeeper';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { noPlans } from '../../support/plans';
import { eventOf } from '../../support/running-service';
import { buildPaymentIntent } from '../../support/stripe-objects';

const log = pino({ level: 'silent' });

let testDatabase: TestDatabase;
let database: Database;
let stripe: AnsweringServer;
let receiver: Receiver;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  stripe = await startAnsweringServer();
  receiver = new Receiver({
    database,
    log,
    counter: { count: () => undefined },
    groupsInFlight: 1,
    bookkeeper: quietBookkeeper,
    wakeInbox: () => undefined,
    processing: 'on',
    catalogue: noPlans,
  });
});

afterAll(async () => {
  await stripe.close();
  await database.close();
  await testDatabase.drop();
});

const succeeded = (id: string) =>
  receiver.receive(
    eventOf('payment_intent.succeeded', buildPaymentIntent({ id })) as Stripe.Event,
    'webhook',
  );

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
