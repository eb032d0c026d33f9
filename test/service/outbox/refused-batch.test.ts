import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SNSClient } from '@aws-sdk/client-sns';
import { pino } from 'pino';
import { attemptsMax, publishOutbox } from '../../../service/outbox/loop';
import { createTopicPublisher } from '../../../service/outbox/publisher';
import type { Database } from '../../../service/store/database';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

/** Refuses a whole batch for what one entry holds, as SNS does; the other double never does. */
interface RefusingTopic {
  /** The entry that is refused holds this. */
  mark: string;
  error: { readonly code: string; readonly message: string };
  /** How many entries each call had. */
  readonly calls: number[];
  readonly published: string[];
}

let testDatabase: TestDatabase;
let database: Database;
let server: Server;
let topic: RefusingTopic;
const invalid = { code: 'InvalidParameter', message: 'Invalid parameter: Message' };

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  topic = { mark: '"bad":', error: invalid, calls: [], published: [] };
  server = createServer(async (request, response) => {
    const fields = [...new URLSearchParams(await text(request))];
    const messages = fields.filter(([name]) => name.endsWith('.Message')).map(([, value]) => value);
    const ids = fields.filter(([name]) => /member\.\d+\.Id$/.test(name)).map(([, value]) => value);
    topic.calls.push(messages.length);
    const isRefused = messages.some((message) => message.includes(topic.mark));
    if (!isRefused) topic.published.push(...messages);
    response.statusCode = isRefused ? 400 : 200;
    response.setHeader('content-type', 'text/xml').end(isRefused ? refusal() : success(ids));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await database.close();
  await testDatabase.drop();
});

const namespace = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
const refusal = () =>
  `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>${topic.error.code}</Code>` +
  `<Message>${topic.error.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
const success = (ids: readonly string[]) =>
  `<PublishBatchResponse ${namespace}><PublishBatchResult><Successful>${ids
    .map((id) => `<member><Id>${id}</Id><MessageId>m-${id}</MessageId></member>`)
    .join('')}</Successful><Failed/></PublishBatchResult></PublishBatchResponse>`;

function run(): Promise<number> {
  const client = new SNSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    maxAttempts: 1,
  });
  const publisher = createTopicPublisher('arn:aws:sns:eu-central-1:123456789012:events', client);
  const log = pino({ level: 'silent' });
  const source = 'https://shop.example.com';
  return publishOutbox(
    { database, publisher, source, log, turns: {} },
    new AbortController().signal,
  );
}

/** Messages of as many users, of which the second is marked. */
const fill = (count: number) =>
  testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     select 'key-' || n, 'balance.credited', 'user-' || n,
            jsonb_build_object(case n when 2 then 'bad' else 'good' end, n)
       from generate_series(1, $1) as n`,
    [count],
  );
const waiting = () =>
  testDatabase.query(
    `select message_key, attempts, set_aside_at is not null as set_aside, last_error
       from outbox where published_at is null`,
  );

test('S17: of a batch that is refused, the bad message fails and the others go', async () => {
  await fill(10);
  expect(await run()).toBe(9);
  expect(topic.published).toHaveLength(9);
  expect(topic.calls).toEqual([10, ...Array.from({ length: 10 }, () => 1)]);
  const last_error = expect.stringContaining('Invalid parameter: Message');
  expect(await waiting()).toEqual([
    { message_key: 'key-2', attempts: 1, set_aside: false, last_error },
  ]);

  await testDatabase.query(
    'update outbox set attempts = $1, next_attempt_at = now() where published_at is null',
    [attemptsMax - 1],
  );
  expect(await run()).toBe(0);
  expect(await waiting()).toEqual([
    { message_key: 'key-2', attempts: attemptsMax, set_aside: true, last_error },
  ]);
});

test.each([
  { code: 'InvalidParameter', message: 'Invalid parameter: TopicArn' },
  { code: 'AuthorizationError', message: 'not authorized to perform: SNS:Publish' },
  { code: 'Throttling', message: 'Rate exceeded' },
  { code: 'KMSDisabled', message: 'the key is disabled' },
])('S17: a topic that refuses by "$message" is away, and counts against nothing', async (error) => {
  topic.error = error;
  await fill(3);
  await expect(run()).rejects.toThrow(error.message);
  expect(topic.calls).toEqual([3]);
  for (const message of await waiting()) expect(message).toMatchObject({ attempts: 0 });
});
