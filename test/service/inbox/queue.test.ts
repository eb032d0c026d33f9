import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import type Stripe from 'stripe';
import { createQueueClient, EventQueue, readEnvelope } from '../../../service/inbox/queue';
import { Receiver } from '../../../service/inbox/receive';
import type { Database } from '../../../service/store/database';
import { AwsDouble, doubleRegion } from '../../aws/aws-double';
import { testWithMoto } from '../../aws/python-tools';
import { quietBookkeeper } from '../../support/bookkeeper';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { noPlans } from '../../support/plans';
import { eventOf } from '../../support/running-service';
import { withSilentAws } from '../../support/silent-server';
import { eventually } from '../../support/waiting';

const log = pino({ level: 'silent' });
const completed = 'checkout.session.completed';

/** The form in which EventBridge passes Stripe's events on. */
const envelopeOf = (event: object) => ({
  version: '0',
  id: '00000000-0000-4000-8000-000000000000',
  'detail-type': 'type' in event ? event.type : '',
  source: 'aws.partner/stripe.com/ed_test_1',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: doubleRegion,
  resources: [],
  detail: event,
});

test('S25: a call to the queue that is never answered is given up', async () => {
  await withSilentAws(async (endpoint) => {
    const call = new ReceiveMessageCommand({ QueueUrl: `${endpoint}/1/events` });
    await expect(createQueueClient().send(call, { requestTimeout: 500 })).rejects.toThrow(
      /exceeded the configured 500 ms/,
    );
  });
});

describe('an envelope', () => {
  test('S25: holds the event as it would have been delivered', () => {
    const event = eventOf(completed, { id: 'cs_1' });
    expect(readEnvelope(JSON.stringify(envelopeOf(event)), 'test')).toEqual(event);
  });

  test.each([
    ['is not JSON', 'x{', 'stripe_event_malformed', /not JSON/],
    ['has no detail', '{"version":"0"}', 'stripe_event_malformed', /no detail/],
    ['is null', 'null', 'stripe_event_malformed', /no detail/],
    ['holds no event', '{"detail":{"id":7}}', 'stripe_event_malformed', /./],
    [
      'holds a live event',
      JSON.stringify({ detail: { ...eventOf('a', {}), livemode: true } }),
      'stripe_event_wrong_mode',
      /STRIPE_MODE is test/,
    ],
  ])('S25: that %s is refused by name', (_name, body, code, message) => {
    expect(() => readEnvelope(body, 'test')).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('a queue', () => {
  let double: AwsDouble | undefined;
  let client: SQSClient;
  let testDatabase: TestDatabase;
  let database: Database;
  let receiver: Receiver;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = await openDatabase(testDatabase.url);
    receiver = receiverOf(database);
    if (testWithMoto !== test) return;
    double = await AwsDouble.start();
    client = new SQSClient({
      endpoint: double.endpoint,
      region: doubleRegion,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });

  afterAll(async () => {
    client?.destroy();
    await double?.stop();
    await database.close();
    await testDatabase.drop();
  });

  const receiverOf = (of: Database) =>
    new Receiver({
      database: of,
      log,
      counter: { count: () => undefined },
      groupsInFlight: 2,
      bookkeeper: quietBookkeeper,
      wakeInbox: () => undefined,
      processing: 'on',
      catalogue: noPlans,
    });

  async function createQueues(name: string) {
    const create = async (queueName: string) =>
      (await client.send(new CreateQueueCommand({ QueueName: queueName }))).QueueUrl ?? '';
    return { url: await create(name), deadLetterQueueUrl: await create(`${name}-dead`) };
  }

  const send = (url: string, body: string) =>
    client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));

  /** How many messages are in the queue, those in somebody's hands included. */
  async function sizeOf(url: string): Promise<number> {
    const { Attributes: attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return (
      Number(attributes?.ApproximateNumberOfMessages) +
      Number(attributes?.ApproximateNumberOfMessagesNotVisible)
    );
  }

  /** Runs until the queue holds so many messages; a run ends by itself only after a long wait. */
  async function drainTo(
    size: number,
    queue: Awaited<ReturnType<typeof createQueues>>,
    into: Receiver = receiver,
  ): Promise<{ readonly counted: string[]; readonly error: unknown }> {
    const counted: string[] = [];
    const stopping = new AbortController();
    const events = new EventQueue({
      client,
      queue,
      receiver: into,
      mode: 'test',
      counter: { count: (name) => counted.push(name) },
      log,
    });
    let error: unknown;
    const running = events.drain(stopping.signal).catch((reason: unknown) => {
      error = reason;
    });
    await eventually(
      `${size} messages in the queue`,
      async () => error !== undefined || (await sizeOf(queue.url)) === size || undefined,
    );
    stopping.abort();
    await running;
    return { counted, error };
  }

  testWithMoto('S25: what comes by both ways has one effect, whichever is first', async () => {
    const queue = await createQueues('both');
    const checkouts = await Promise.all(
      Array.from({ length: 25 }, () => openCheckout(testDatabase)),
    );
    const events = checkouts.map((checkout) => eventOf(completed, checkout.paidSession()));
    for (const event of events) await send(queue.url, JSON.stringify(envelopeOf(event)));
    // Every other one by the webhook too, before, while and after the queue is read.
    const byWebhook = events
      .filter((_event, index) => index % 2 === 0)
      .map((event) => receiver.receive(event as Stripe.Event, 'webhook'));
    const { error } = await drainTo(0, queue);
    await Promise.all(byWebhook);
    expect(error).toBeUndefined();
    for (const { userId } of checkouts) {
      expect(await ledgerOf(testDatabase, userId)).toMatchObject({
        balances: [{ unit: 'usd', amount_minor: 1000n }],
        transfers: 1,
      });
    }
    const ways = await testDatabase.query(
      'select distinct received_by from stripe_events order by received_by',
    );
    expect(ways).toEqual([{ received_by: 'queue' }, { received_by: 'webhook' }]);
  });

  testWithMoto(
    'S25: an envelope that cannot be read goes to the dead-letter queue at once',
    async () => {
      const queue = await createQueues('unreadable');
      const checkout = await openCheckout(testDatabase);
      await send(queue.url, 'not an envelope');
      await send(queue.url, JSON.stringify(envelopeOf(eventOf(completed, checkout.paidSession()))));
      const { counted, error } = await drainTo(0, queue);
      expect({ counted, error }).toEqual({ counted: ['UnreadableEnvelopes'], error: undefined });
      const { Messages: messages } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.deadLetterQueueUrl,
          MessageAttributeNames: ['All'],
        }),
      );
      expect(messages).toMatchObject([
        {
          Body: 'not an envelope',
          MessageAttributes: {
            reason: { StringValue: 'stripe_event_malformed: the message is not JSON' },
          },
        },
      ]);
      expect((await ledgerOf(testDatabase, checkout.userId)).transfers).toBe(1);
    },
  );

  testWithMoto('S25: what cannot be recorded stays in the queue', async () => {
    const queue = await createQueues('away');
    const away = await openDatabase(testDatabase.url);
    await away.close();
    await send(queue.url, JSON.stringify(envelopeOf(eventOf(completed, { id: 'cs_1' }))));
    const { error } = await drainTo(0, queue, receiverOf(away));
    expect(error).toMatchObject({ code: 'database_unavailable' });
    expect(await sizeOf(queue.url)).toBe(1);
    expect(await sizeOf(queue.deadLetterQueueUrl)).toBe(0);
  });
});
