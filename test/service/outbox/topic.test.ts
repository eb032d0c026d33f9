import { randomUUID } from 'node:crypto';
import {
  CreateTopicCommand,
  type PublishBatchCommandInput,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { pino } from 'pino';
import { publishOutbox } from '../../../service/outbox/loop';
import { batchBytesMax, createTopicPublisher } from '../../../service/outbox/publisher';
import type { Database } from '../../../service/store/database';
import { AwsDouble, doubleRegion } from '../../aws/aws-double';
import { testWithMoto } from '../../aws/python-tools';
import { checkCloudEvent } from '../../support/cloud-events';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

/** SNS and SQS behind AWS's own APIs; what is published is read back from a subscribed queue. */
let double: AwsDouble;
let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  if (testWithMoto === test) double = await AwsDouble.start();
});

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url, 8);
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

afterAll(async () => {
  if (testWithMoto === test) await double.stop();
});

/** A topic of the test's own, and a queue that is subscribed to it. */
async function openTopic(filter?: object) {
  const access = {
    endpoint: double.endpoint,
    region: doubleRegion,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  };
  const sns = new SNSClient(access);
  const sqs = new SQSClient(access);
  const name = `events-${randomUUID()}`;
  const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: attributes?.QueueArn,
      Attributes: {
        RawMessageDelivery: 'true',
        ...(filter !== undefined && { FilterPolicy: JSON.stringify(filter) }),
      },
    }),
  );
  // The double takes batches of any size, which SNS does not: what is sent is weighed here.
  const batchBytes: number[] = [];
  sns.middlewareStack.add(
    (next) => (call) => {
      const { PublishBatchRequestEntries: entries = [] } = call.input as PublishBatchCommandInput;
      batchBytes.push(entries.reduce((sum, { Message: text = '' }) => sum + text.length, 0));
      return next(call);
    },
    { step: 'initialize' },
  );
  const publisher = createTopicPublisher(topicArn, sns);
  return { publisher, batchBytes, received: () => receive(sqs, url) };
}

/** All that is in the queue, each held to its schema, with the attribute that it came with. */
async function receive(sqs: SQSClient, url: string) {
  const received = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    if (messages.length === 0) return received;
    for (const { Body: body = '', MessageAttributes: attributes } of messages) {
      const event: unknown = JSON.parse(body);
      checkCloudEvent(event);
      received.push({ event, attribute: attributes?.type?.StringValue });
    }
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map(({ ReceiptHandle: handle }, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
        })),
      }),
    );
  }
}

/** Puts messages of three users into the outbox, the n-th with `reasonLength(n)` characters. */
async function fill(count: number, reasonLength = (_n: number) => 5): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const data = { unit: 'credits', amountMinor: n, reason: 'x'.repeat(reasonLength(n)) };
    await testDatabase.query(
      `insert into outbox (message_key, type, user_id, data) values ($1, $2, $3, $4)`,
      [
        `key-${n}`,
        'balance.debited',
        `user-${n % 3}`,
        JSON.stringify({ ...data, spendId: randomUUID() }),
      ],
    );
  }
}

const run = (publisher: ReturnType<typeof createTopicPublisher>) =>
  publishOutbox(
    {
      database,
      publisher,
      source: 'https://shop.example.com',
      log: pino({ level: 'silent' }),
      turns: {},
    },
    new AbortController().signal,
  );
const waiting = () =>
  testDatabase.query('select position, last_error from outbox where published_at is null');

testWithMoto(
  'S17: a queue gets every message of a topic once, in order, with its type',
  async () => {
    const { publisher, received } = await openTopic();
    await fill(40);
    await Promise.all([run(publisher), run(publisher), run(publisher)]);
    await run(publisher);
    expect(await waiting()).toEqual([]);
    const all = await received();
    expect(all).toHaveLength(40);
    for (const { event, attribute } of all) expect(attribute).toBe(event.type);
    for (const user of [0, 1, 2]) {
      const own = all.filter(({ event }) => event.subject === `user-${user}`);
      const amounts = own.map(({ event }) => Number(event.data.amountMinor));
      expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
    }
  },
);

testWithMoto('S17: a subscription can filter by the type', async () => {
  const { publisher, received } = await openTopic({ type: ['checkout.expired'] });
  await fill(3);
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     values ('expired', 'checkout.expired', 'alice', '{"sessionId": "cs_test_1"}')`,
  );
  expect(await run(publisher)).toBe(4);
  expect((await received()).map(({ event }) => event.type)).toEqual(['checkout.expired']);
});

testWithMoto('S17: messages that are too much for one batch all go, in several', async () => {
  const { publisher, received, batchBytes } = await openTopic();
  await fill(3, () => batchBytesMax - 1_000);
  expect(await run(publisher)).toBe(3);
  expect(batchBytes).toHaveLength(3);
  expect(Math.max(...batchBytes)).toBeLessThanOrEqual(batchBytesMax);
  expect(await received()).toHaveLength(3);
});

testWithMoto('S17: a message that is too large for SNS fails alone, and says so', async () => {
  const { publisher, received } = await openTopic();
  await fill(3, (n) => (n === 2 ? batchBytesMax : 5));
  expect(await run(publisher)).toBe(2);
  expect(await received()).toHaveLength(2);
  expect(await waiting()).toEqual([
    { position: 2n, last_error: expect.stringMatching(/^it has \d+ bytes, and SNS takes 262144/) },
  ]);
});
