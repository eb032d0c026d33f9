import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeEvents } from '../../../docs/generate/events';
import { handledEventTypes, messagesOf } from '../../../service/handlers/index';
import { messageTypes } from '../../../service/messages/cloud-events';
import { toCloudEvent } from '../../../service/outbox/publisher';
import { checkCloudEvent } from '../../support/cloud-events';

const project = resolve(__dirname, '../../..');
const generated = mkdtempSync(join(tmpdir(), 'tollgate-events-'));

beforeAll(() => writeEvents(generated));
afterAll(() => rmSync(generated, { recursive: true }));

const filesOf = (folder: string) => {
  const schemas = join(folder, 'schemas/events');
  const names = readdirSync(schemas).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(schemas, name), 'utf8')]));
};

test('S17: docs/events.md is what `npx tsx docs/generate/events.ts` writes', () => {
  const read = (folder: string) => readFileSync(join(folder, 'docs/events.md'), 'utf8');
  expect(read(project)).toBe(read(generated));
});

test('S17: schemas/events has the schema of every message, as that command writes it', () => {
  expect(filesOf(project)).toEqual(filesOf(generated));
  expect(Object.keys(filesOf(project))).toEqual(messageTypes.map((type) => `${type}.json`).sort());
});

test.each([
  'payment.successful',
  'payment.failed',
  'payment.action_required',
  'subscription.created',
  'subscription.updated',
  'subscription.canceled',
  'subscription.expired',
] as const)('S17: %s may come of some event of Stripe', (type) => {
  expect(handledEventTypes.some((event) => messagesOf(event).includes(type))).toBe(true);
});

describe('S17: a message is held to its schema', () => {
  const event = toCloudEvent(
    {
      position: 1n,
      messageId: '3f2b8c1e-5b1a-4a55-9a9b-1c2d3e4f5a6b',
      type: 'checkout.expired',
      userId: null,
      data: { sessionId: 'cs_test_1' },
      createdAt: new Date(0),
      attempts: 0,
    },
    'https://shop.example.com',
  );

  test('as it is published', () => {
    expect(() => checkCloudEvent(event)).not.toThrow();
  });

  test.each([
    ['an id that is none', { id: '7' }],
    ['a time that is none', { time: 'yesterday' }],
    ['a type that nobody knows', { type: 'checkout.lost' }],
    ['data without a member', { data: { userId: null } }],
    ['data with a member of another type', { data: { userId: null, sessionId: 7 } }],
    ['data with a member too many', { data: { userId: null, sessionId: 'cs', more: 1 } }],
    ['a member too many', { more: 1 }],
  ])('and not with %s', (_what, change) => {
    expect(() => checkCloudEvent({ ...event, ...change })).toThrow(/checkout\.(expired|lost)/);
  });
});
