import { request } from 'node:http';
import { eventOf, type TestService, webhookSecret } from '../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';

let running: ServiceWithDatabase;
let service: TestService;

beforeAll(async () => {
  running = await startServiceWithDatabase();
  ({ service } = running);
});

afterAll(() => running.close());

const completed = 'checkout.session.completed';
const events = () => running.database.query('select * from stripe_events order by received_at');

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
}

const post = (body: string | Buffer, headers: Record<string, string>) =>
  fetch(`${service.url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('what is refused leaves nothing behind', () => {
  const now = () => Math.floor(Date.now() / 1000);

  test.each([
    ['S2: unsigned', 'stripe_signature_missing', () => post('{}', {})],
    [
      'malformed signature',
      'stripe_signature_malformed',
      () => post('{}', { 'stripe-signature': 'v1=x' }),
    ],
    [
      'S2: wrongly signed',
      'stripe_signature_mismatch',
      () => service.deliver(eventOf(completed, {}), { secret: 'whsec_other' }),
    ],
    [
      'expired signature',
      'stripe_signature_expired',
      () => service.deliver(eventOf(completed, {}), { timestamp: now() - 600 }),
    ],
    [
      'signature from the future',
      'stripe_signature_from_future',
      () => service.deliver(eventOf(completed, {}), { timestamp: now() + 600 }),
    ],
    ['not an event', 'stripe_event_malformed', () => service.deliver({ hello: 'world' })],
    ['a list', 'stripe_event_malformed', () => service.deliver([1, 2])],
    [
      'an event whose id is no id',
      'stripe_event_malformed',
      () => service.deliver(eventOf(completed, {}, 'evt_\u0000')),
    ],
    [
      'a live event in a test environment',
      'stripe_event_wrong_mode',
      () => service.deliver({ ...eventOf(completed, {}), livemode: true }),
    ],
  ])('%s', async (_name, code, send) => {
    const before = await events();
    expect(await problemOf(await send())).toEqual([400, code]);
    expect(await events()).toEqual(before);
  });

  test('a body over 1 MiB is answered with 413', async () => {
    const event = eventOf(completed, { padding: 'x'.repeat(1024 * 1024) });
    expect(await problemOf(await service.deliver(event))).toEqual([413, 'body_too_large']);
  });

  test('of another content type it is 400 unsigned, and 415 signed', async () => {
    const unsigned = await post('{}', { 'content-type': 'text/plain' });
    expect(await problemOf(unsigned)).toEqual([400, 'stripe_signature_missing']);
    const signature = `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`;
    const signed = { 'content-type': 'text/plain', 'stripe-signature': signature };
    expect(await problemOf(await post('{}', signed))).toEqual([415, 'unsupported_media_type']);
  });

  test('a body just under 1 MiB is taken', async () => {
    const event = eventOf('big', { padding: 'x'.repeat(1024 * 1024 - 1024) });
    expect((await service.deliver(event)).status).toBe(200);
  });
});

test('a delivery that is cut off in the middle leaves nothing behind and harms nothing', async () => {
  const before = await events();
  await new Promise<void>((resolve) => {
    const cut = request(`${service.url}/webhooks/stripe`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': '1000',
        // Of the right form, or the body would not be waited for.
        'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`,
      },
    });
    cut.on('error', () => resolve());
    cut.write('{"id":');
    setTimeout(() => cut.destroy(new Error('cut')), 50);
  });
  expect(await events()).toEqual(before);
  expect((await service.deliver(eventOf('ping', {}), { secret: webhookSecret })).status).toBe(200);
});

describe('S2, S20: what is of another listener is told so', () => {
  const detailOf = async (answer: Promise<Response>) => {
    const { status, detail } = (await (await answer).json()) as { status: number; detail: string };
    expect(status).toBe(400);
    return detail;
  };
  const wrongly = (event: object) => detailOf(service.deliver(event, { secret: 'whsec_other' }));

  test.each([
    [{ 'x-hub-signature-256': 'sha256=1' }, /x-hub-signature-256, that of GitHub/],
    [{ 'x-amz-sns-message-type': 'Notification' }, /that of Amazon SNS/],
    [
      { 'content-type': 'application/cloudevents+json' },
      /a CloudEvent, as Tollgate itself publishes/,
    ],
    [{ 'x-custom': 'secret-text' }, /carries no Stripe-Signature header$/],
  ])('unsigned, with %j', async (headers, detail) => {
    expect(await detailOf(post('{}', headers))).toMatch(detail);
  });

  test('signed for another endpoint, mode or version of the API', async () => {
    const event = eventOf(completed, {});
    expect(await wrongly(event)).toMatch(/another endpoint, or of another stripe listen/);
    expect(await wrongly({ ...event, livemode: true })).toMatch(/of live mode, and this is test/);
    expect(await wrongly({ object: 'v2.core.event' })).toMatch(/a thin event/);
    expect(await wrongly({ hello: 'world' })).toMatch(/no event of Stripe either, as it arrived/);
    const large = { ...event, data: { object: { text: 'x'.repeat(70_000) } } };
    expect(await wrongly(large)).toMatch(/made this signature of this body$/);
  });
});
