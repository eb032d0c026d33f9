import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStripe } from '../server';
import { payOnHostedPage } from '../visitors/buyer';
import { closeReceivers, startReceiver } from './receiver';
import { closeAll, createSession, eventually, pageOf, start } from './running';

let directory: string;
let stateFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'local-stripe-'));
  stateFile = join(directory, 'state', 'stripe.json');
});
afterEach(async () => {
  await closeAll();
  await closeReceivers();
  rmSync(directory, { recursive: true });
});

test('L1: a second start finds the customers, sessions and endpoints of the first', async () => {
  const first = await start({ stateFile });
  const customer = await first.stripe.customers.create({ email: 'jenny@example.com' });
  const paid = await createSession(first.stripe, { customer: customer.id });
  await payOnHostedPage(pageOf(paid), { card: '4242424242424242' });
  const open = await createSession(first.stripe);
  const endpoint = await first.stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/',
    enabled_events: ['charge.failed'],
  });
  await first.stripe.products.create({ name: 'Once' }, { idempotencyKey: 'once' });
  await first.close();

  const { stripe, url } = await start({ stateFile });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({
    email: 'jenny@example.com',
  });
  expect(await stripe.checkout.sessions.retrieve(paid.id)).toMatchObject({ status: 'complete' });
  expect(await stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty('secret');
  expect((await stripe.events.list({ type: 'checkout.session.completed' })).data).toHaveLength(1);
  await stripe.products.create({ name: 'Once' }, { idempotencyKey: 'once' });
  expect((await stripe.products.list({ active: true })).data).toHaveLength(1);

  const found = await stripe.checkout.sessions.retrieve(open.id);
  expect(pageOf(found)).toMatch(new RegExp(`^${url}/`));
  expect((await payOnHostedPage(pageOf(found), { card: '4242424242424242' })).outcome).toBe('paid');
});

test('S24: what was undelivered when it stopped is delivered by the next', async () => {
  let status = 500;
  const shop = await startReceiver(() => status);
  const first = await start({ stateFile, webhookRetryDelaysMillis: [20, 60_000] });
  await first.stripe.webhookEndpoints.create({ url: shop.url, enabled_events: ['*'] });
  await first.stripe.customers.create({});
  await eventually('two attempts', () => (shop.received.length === 2 ? true : undefined));
  await first.close();

  status = 200;
  const { stripe } = await start({ stateFile });
  await eventually('the delivery', () => (shop.received.length === 3 ? true : undefined));
  await eventually('the record', async () => {
    const [event] = (await stripe.events.list({ delivery_success: true })).data;
    return event?.pending_webhooks === 0 ? true : undefined;
  });
});

test('L1: changes reach the file without a stop, whole, and for its owner alone', async () => {
  const { stripe } = await start({ stateFile });
  const { id } = await stripe.customers.create({});
  await eventually('the snapshot', () => {
    try {
      return readFileSync(stateFile, 'utf8').includes(id) ? true : undefined;
    } catch {
      return undefined;
    }
  });
  expect(() => JSON.parse(readFileSync(stateFile, 'utf8'))).not.toThrow();
  expect(readdirSync(join(directory, 'state'))).toEqual(['stripe.json']);
  expect(statSync(stateFile).mode & 0o077).toBe(0);
});

test.each(['not json', '[]', '{"version":99,"tables":{}}', '{"version":1,"tables":{"a":[1]}}'])(
  'L1: a file that holds %s is refused by name, with the way out',
  async (content) => {
    const path = join(directory, 'wrong.json');
    writeFileSync(path, content);
    await expect(startLocalStripe({ stateFile: path })).rejects.toThrow(
      /wrong\.json is not a state file of this local Stripe .* Delete it to start empty/,
    );
  },
);
