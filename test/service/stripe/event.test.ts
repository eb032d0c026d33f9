import { parseEvent } from '../../../service/stripe/event';
import { buildEvent, buildSession } from '../../support/stripe-objects';

const event = buildEvent('checkout.session.completed', buildSession());
const bodyOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const malformed = (detail: RegExp) =>
  expect.objectContaining({
    name: 'Problem',
    code: 'stripe_event_malformed',
    status: 400,
    detail: expect.stringMatching(detail),
  });

test('an event is returned as it arrived, with what we do not know of it', () => {
  const extended = {
    ...event,
    context: 'acct_1',
    data: { ...event.data, previous_attributes: {} },
  };
  expect(parseEvent(bodyOf(extended), 'test')).toEqual(extended);
});

test.each([
  ['a type that nobody knows', { type: 'tomorrow.invented' }],
  ['no API version, as for an account of old', { api_version: null }],
  ['an object of no known shape', { data: { object: { weird: [] } } }],
  ['no time', { created: undefined }],
])('an event with %s can be recorded', (_name, fields) => {
  expect(parseEvent(bodyOf({ ...event, ...fields }), 'test').id).toBe('evt_1');
});

test.each([
  ['', /not JSON/],
  ['{', /not JSON/],
  ['id=evt_1', /not JSON/],
  ['\ufeff{}', /not JSON/],
  ['null', /the body/],
  ['[]', /the body/],
  ['"evt_1"', /the body/],
  ['{}', /the body/],
])('a signed body that is %p is malformed', (body, detail) => {
  expect(() => parseEvent(Buffer.from(body), 'test')).toThrow(malformed(detail));
});

test.each([
  ['/id', { id: '' }],
  ['/id', { id: 7 }],
  ['/id', { id: 'e'.repeat(256) }],
  ['/type', { type: null }],
  ['/type', { type: '' }],
  ['/created', { created: 1.5 }],
  ['/created', { created: -1 }],
  ['/created', { created: 1e15 }],
  ['/livemode', { livemode: 'false' }],
  ['/api_version', { api_version: 2025 }],
  ['/data', { data: [] }],
  ['/data/object', { data: { object: null } }],
  ['/data/object', { data: { object: [] } }],
  ['/data/object', { data: { object: 'cs_1' } }],
])('an event whose %s is wrong is malformed, and the place is named: %j', (place, fields) => {
  expect(() => parseEvent(bodyOf({ ...event, ...fields }), 'test')).toThrow(
    malformed(new RegExp(`^${place}(/\\S*)? \\S`)),
  );
});

test.each(['id', 'type', 'data'])('an event without %s is malformed, and says so', (field) => {
  expect(() => parseEvent(bodyOf({ ...event, [field]: undefined }), 'test')).toThrow(
    malformed(new RegExp(field)),
  );
});

test('S1: a body that is nested deeper than any event is malformed, however deep it is', () => {
  const nested = (depth: number) => {
    const object = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    return Buffer.from(`{"id":"evt_1","type":"ping","data":{"object":${object}}}`);
  };
  expect(parseEvent(nested(254), 'test').id).toBe('evt_1');
  for (const depth of [255, 6_000, 100_000]) {
    expect(() => parseEvent(nested(depth), 'test')).toThrow(malformed(/nested more than 256 deep/));
  }
});

test('a thin event, which carries no object, is malformed and the fix names snapshot events', () => {
  const thin = { id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found' };
  expect(() => parseEvent(bodyOf(thin), 'test')).toThrow(malformed(/data/));
});

test.each([
  ['test', true],
  ['live', false],
] as const)('I10: in %s mode an event with livemode %s is of the wrong mode', (mode, livemode) => {
  expect(() => parseEvent(bodyOf({ ...event, livemode }), mode)).toThrow(
    expect.objectContaining({
      code: 'stripe_event_wrong_mode',
      detail: `evt_1 has livemode ${livemode}, but STRIPE_MODE is ${mode}`,
    }),
  );
  expect(parseEvent(bodyOf({ ...event, livemode: !livemode }), mode).id).toBe('evt_1');
});

test("S27, S1: a connected account's event of the other mode, as a live endpoint is sent it, is taken in", () => {
  const theirs = { ...event, account: 'acct_1Connected', livemode: false };
  expect(parseEvent(bodyOf(theirs), 'live')).toEqual(theirs);
  expect(() => parseEvent(bodyOf({ ...theirs, account: null }), 'live')).toThrow(/livemode false/);
});
