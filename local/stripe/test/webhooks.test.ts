import Stripe from 'stripe';
import {
  type Answer,
  closeReceivers,
  type Received,
  type Receiver,
  startReceiver,
} from './receiver';
import { closeAll, errorOf, eventually, type Running, start } from './running';

let local: Running;
let stripe: Stripe;

beforeEach(async () => {
  local = await start();
  ({ stripe } = local);
});
afterEach(async () => {
  await closeAll();
  await closeReceivers();
});

interface Endpoint extends Receiver {
  readonly id: string;
  readonly secret: string;
}

async function endpoint(
  answer?: Answer,
  change: Partial<Stripe.WebhookEndpointCreateParams> = {},
): Promise<Endpoint> {
  const receiver = await startReceiver(answer);
  const { id, secret = '' } = await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['customer.created'],
    ...change,
  });
  return { ...receiver, id, secret };
}

function verified({ body, headers }: Received, secret: string): Stripe.Event {
  return stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret);
}

const lastEvent = async () => {
  const event = (await stripe.events.list({ limit: 1 })).data[0];
  if (!event) throw new Error('no event');
  return event;
};

/** Waits until nothing is outstanding for the last event. */
const delivered = () =>
  eventually('the delivery', async () => {
    const event = await lastEvent();
    return event.pending_webhooks === 0 ? event : undefined;
  });

describe('deliveries', () => {
  test('S1: an event arrives signed, as Stripe sends it, and is the one that can be read', async () => {
    const shop = await endpoint();
    await stripe.customers.create({ name: 'Jenny' });
    const stored = await delivered();
    const [received] = shop.received;
    if (!received) throw new Error('nothing was received');
    const event = verified(received, shop.secret);
    expect({ ...event, pending_webhooks: 0 }).toEqual({ ...stored });
    expect(event).toMatchObject({
      object: 'event',
      type: 'customer.created',
      api_version: Stripe.API_VERSION,
      livemode: false,
      pending_webhooks: 1,
      data: { object: { name: 'Jenny' } },
    });
    expect(received.body).toBe(JSON.stringify(JSON.parse(received.body), null, 2));
    expect(received.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    });
    expect(() => verified(received, 'whsec_other')).toThrow(/No signatures found/);
  });

  test('S1: an endpoint gets the types that it listed, and none while it is disabled', async () => {
    const listed = await endpoint();
    const all = await endpoint(() => 200, { enabled_events: ['*'] });
    const disabled = await endpoint();
    await stripe.webhookEndpoints.update(disabled.id, { disabled: true });
    await stripe.customers.create({});
    await stripe.products.create({ name: 'A' });
    await eventually('both events', () => (all.received.length === 2 ? true : undefined));
    expect(listed.received).toHaveLength(1);
    expect(disabled.received).toHaveLength(0);
  });

  test('S14: a failed delivery is tried again after longer and longer waits, signed anew', async () => {
    let nowMillis = Date.now() - 200_000;
    await closeAll();
    local = await start({
      webhookRetryDelaysMillis: [50, 100, 200],
      now: () => {
        nowMillis += 1000;
        return new Date(nowMillis);
      },
    });
    ({ stripe } = local);
    const shop = await endpoint((count) => [500, 302, 404, 202][count] ?? 200);
    await stripe.customers.create({});
    await delivered();
    expect(shop.received).toHaveLength(4);
    const ids = shop.received.map((received) => verified(received, shop.secret).id);
    expect(new Set(ids).size).toBe(1);
    const waits = shop.received
      .slice(1)
      .map(({ atMillis }, index) => atMillis - (shop.received[index]?.atMillis ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(45);
    expect(waits[1]).toBeGreaterThanOrEqual(95);
    expect(waits[2]).toBeGreaterThanOrEqual(195);
    const signatures = shop.received.map(({ headers }) => headers['stripe-signature']);
    expect(new Set(signatures).size).toBe(4);
  });

  test('S24: an event that nobody took stays findable as undelivered, and can be sent again', async () => {
    let status = 503;
    const shop = await endpoint(() => status);
    const healthy = await endpoint();
    await stripe.customers.create({ name: 'missed' });
    await eventually('all five attempts', () => (shop.received.length === 5 ? true : undefined));
    const missed = await delivered();
    await stripe.products.create({ name: 'wanted by nobody' });
    const undelivered = async () =>
      (await stripe.events.list({ delivery_success: false })).data.map(({ id }) => id);
    expect(await undelivered()).toEqual([missed.id]);

    status = 200;
    await stripe.rawRequest('POST', `/v1/events/${missed.id}/retry`, { webhook_endpoint: shop.id });
    await delivered();
    await eventually('the delivery', () => (shop.received.length === 6 ? true : undefined));
    expect(await undelivered()).toEqual([]);
    expect(healthy.received).toHaveLength(1);

    const forListeners = await stripe.rawRequest('POST', `/v1/events/${missed.id}/retry`, {
      for_stripecli: true,
    });
    expect(forListeners).toMatchObject({ pending_webhooks: 0 });
    await stripe.rawRequest('POST', `/v1/events/${missed.id}/retry`);
    await eventually('both', () =>
      healthy.received.length === 2 && shop.received.length === 7 ? true : undefined,
    );
    await delivered();
    expect([shop.received.length, healthy.received.length]).toEqual([7, 2]);
  });

  test('L2: an event still being tried is pending and undelivered', async () => {
    const shop = await endpoint(() => 500);
    await closeReceivers();
    await stripe.customers.create({});
    expect(await lastEvent()).toMatchObject({ pending_webhooks: 1 });
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
    expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(0);
    await delivered();
    expect(local.log.join('\n')).toMatch(new RegExp(`${shop.url}.* ECONNREFUSED`));
  });

  test('O9: an event that is sent again while it is being tried is tried in one series, not two', async () => {
    await closeAll();
    local = await start({ webhookRetryDelaysMillis: [200] });
    ({ stripe } = local);
    const shop = await endpoint((count) => (count === 0 ? 500 : 200));
    await stripe.customers.create({});
    await eventually('the first attempt', () => (shop.received.length === 1 ? true : undefined));
    const { id } = await lastEvent();
    await stripe.rawRequest('POST', `/v1/events/${id}/retry`);
    await delivered();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(shop.received).toHaveLength(2);
    expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(1);
  });

  test('O5: an endpoint that is disabled or deleted gets no further attempt', async () => {
    const disabled = await endpoint(() => 500);
    const deleted = await endpoint(() => 500);
    await stripe.customers.create({});
    await eventually('first attempts', () =>
      disabled.received.length > 0 && deleted.received.length > 0 ? true : undefined,
    );
    await stripe.webhookEndpoints.update(disabled.id, { disabled: true });
    await stripe.webhookEndpoints.del(deleted.id);
    const counts = [disabled.received.length, deleted.received.length];
    await delivered();
    expect([disabled.received.length, deleted.received.length]).toEqual(counts);
  });

  test('S14: a slow answer to one event does not hold up the next', async () => {
    let answerFirst = () => {};
    const held = new Promise<void>((resolve) => {
      answerFirst = resolve;
    });
    const shop = await endpoint(async (count) => {
      if (count === 0) await held;
      return 200;
    });
    for (const name of ['a', 'b', 'c']) await stripe.customers.create({ name });
    await eventually('the others', () => (shop.received.length === 3 ? true : undefined));
    answerFirst();
  });

  test('L2: many events at a time are delivered, 32 at a time', async () => {
    let open = 0;
    let most = 0;
    let answerAll = () => {};
    const held = new Promise<void>((resolve) => {
      answerAll = resolve;
    });
    const shop = await endpoint(async () => {
      open += 1;
      most = Math.max(most, open);
      await held;
      open -= 1;
      return 200;
    });
    await Promise.all(Array.from({ length: 80 }, () => stripe.customers.create({})));
    await eventually('32 deliveries', () => (open >= 32 ? true : undefined));
    // For one more to come, if it were let.
    await new Promise((resolve) => setTimeout(resolve, 300));
    answerAll();
    await eventually('all deliveries', () => (shop.received.length === 80 ? true : undefined));
    expect(most).toBe(32);
  });

  test('S14: an endpoint’s own version is on what it is sent', async () => {
    const shop = await endpoint(() => 200, { api_version: '2024-06-20' });
    await stripe.customers.create({});
    await delivered();
    const [received] = shop.received;
    expect(received && verified(received, shop.secret).api_version).toBe('2024-06-20');
  });
});

describe('events', () => {
  test('S24: events are narrowed by type, by several types and by a prefix', async () => {
    await stripe.customers.create({});
    await stripe.prices.create({ currency: 'usd', unit_amount: 100, product_data: { name: 'A' } });
    const types = async (params: Stripe.EventListParams) =>
      (await stripe.events.list(params)).data.map(({ type }) => type);
    expect(await types({})).toEqual(['price.created', 'product.created', 'customer.created']);
    expect(await types({ type: 'product.created' })).toEqual(['product.created']);
    expect(await types({ type: 'pr*' })).toEqual(['price.created', 'product.created']);
    expect(await types({ types: ['price.created', 'customer.created'] })).toEqual([
      'price.created',
      'customer.created',
    ]);
    expect(await errorOf(stripe.events.list({ type: 'a.b', types: ['c.d'] }))).toMatchObject({
      param: 'types',
    });
  });

  test('O9: resending an event that is not there, or to an endpoint that is not, is refused', async () => {
    const retry = (id: string, params = {}) =>
      errorOf(stripe.rawRequest('POST', `/v1/events/${id}/retry`, params));
    expect(await retry('evt_none')).toMatchObject({ statusCode: 404 });
    await stripe.customers.create({});
    const { id } = await lastEvent();
    expect(await retry(id, { webhook_endpoint: 'we_none' })).toMatchObject({
      statusCode: 400,
      message: "No such webhook endpoint: 'we_none'",
    });
  });
});
