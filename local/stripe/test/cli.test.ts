import { createServer } from 'node:net';
import Stripe from 'stripe';
import { createStripeCli, killPrograms, type Program, startCommand } from './program';
import { closeReceivers, startReceiver } from './receiver';
import { closeAll, eventually, type Running, start as startLocal, testKey } from './running';

let local: Running;
let stripeCli: ReturnType<typeof createStripeCli>;

beforeAll(async () => {
  local = await startLocal();
  stripeCli = createStripeCli(local.url, testKey);
});
afterEach(killPrograms);
afterAll(async () => {
  await closeAll();
  await closeReceivers();
  stripeCli.remove();
});

const cli = (...args: string[]): Program => stripeCli.start(...args);

test('L2: stripe trigger checkout.session.completed runs to the end', async () => {
  const trigger = cli('trigger', 'checkout.session.completed');
  expect({ code: await trigger.code, output: trigger.output() }).toEqual({
    code: 0,
    output: expect.stringContaining('Trigger succeeded!'),
  });
  const { data } = await local.stripe.events.list({ type: 'checkout.session.completed' });
  expect(data[0]?.data.object).toMatchObject({
    object: 'checkout.session',
    status: 'complete',
    payment_status: 'paid',
    amount_total: 3000,
    customer_details: { email: 'stripe@example.com', name: 'Jenny Rosen' },
  });
});

test.each([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'customer.created',
  'customer.subscription.created',
  'customer.subscription.paused',
  'customer.subscription.trial_will_end',
  'invoice.paid',
  'invoice.payment_failed',
])('L2: stripe trigger %s runs to the end and leaves that event', async (type) => {
  const trigger = cli('trigger', type);
  expect({ code: await trigger.code, output: trigger.output() }).toEqual({
    code: 0,
    output: expect.stringContaining('Trigger succeeded!'),
  });
  expect((await local.stripe.events.list({ type })).data.length).toBeGreaterThan(0);
});

test('L2: stripe listen forwards events with a good signature, and events resend repeats one', async () => {
  const shop = await startReceiver((count) => (count === 0 ? 500 : 201));
  const printed = cli('listen', '--forward-to', shop.url, '--print-secret', '--skip-update');
  expect(await printed.code).toBe(0);
  const secret = printed.output().trim();
  expect(secret).toMatch(/^whsec_[0-9a-f]{64}$/);

  const listen = cli('listen', '--forward-to', shop.url, '--no-wss', '--skip-update');
  await listen.printed(`Your webhook signing secret is ${secret}`);
  const customer = await local.stripe.customers.create({ name: 'Jenny' });
  await listen.printed(/--> customer\.created/);
  await listen.printed(/\[500\] POST/);
  const [received] = shop.received;
  if (!received) throw new Error('nothing was forwarded');
  const signature = received.headers['stripe-signature'] ?? '';
  const event = Stripe.webhooks.constructEvent(received.body, signature, secret);
  expect(event.data.object).toMatchObject({ id: customer.id });
  await eventually('the report of the status', () =>
    local.log.includes(`stripe listen: ${event.id} → ${shop.url} 500`) ? true : undefined,
  );

  const resend = cli('events', 'resend', event.id, '--confirm');
  expect(await resend.code).toBe(0);
  await listen.printed(/\[201\] POST/);
  expect(JSON.parse(shop.received[1]?.body ?? '{}').id).toBe(event.id);
});

test.each([
  [['--latest']],
  [['--events', 'customer.created']],
  [['--events', 'customer.created', '--latest']],
])('L2: stripe listen %j prints each event once', async (flags) => {
  const listen = cli('listen', '--no-wss', '--skip-update', ...flags);
  await listen.printed('Ready!');
  await local.stripe.customers.create({});
  await local.stripe.customers.create({});
  await listen.printed(/--> customer\.created[\s\S]*--> customer\.created/);
  expect(listen.output().match(/-->/g)).toHaveLength(2);
});

test('L2: a listener that was not announced is not let in', async () => {
  const response = await fetch(`${local.url}/subscribe/acct_local`);
  expect(response.status).toBe(404);
  const WebSocketClient = (await import('ws')).WebSocket;
  const stranger = new WebSocketClient(`${local.url.replace('http', 'ws')}/subscribe/acct_local`);
  const refusal = await new Promise<Error>((resolve) => stranger.on('error', resolve));
  expect(refusal.message).toMatch(/401/);
});

test('L2: stripe get and the resource commands read what there is', async () => {
  const { id } = await local.stripe.customers.create({ email: 'cli@example.com' });
  const reads = [
    cli('get', id),
    cli('get', `/v1/customers/${id}`),
    cli('customers', 'list', '--email', 'cli@example.com'),
    cli('customers', 'retrieve', id),
  ];
  for (const read of reads) {
    expect(await read.code).toBe(0);
    expect(read.output()).toContain(`"id": "${id}"`);
  }
});

describe('the command', () => {
  const start = (...args: string[]) => startCommand(args);

  test('L2: it says how to use it, works, and stops at once when it is told to', async () => {
    const main = start('--port', '0');
    await main.printed(/stripe listen --api-base http:\/\/127\.0\.0\.1:\d+ .*--forward-to/);
    const [, port = ''] =
      /host: '127\.0\.0\.1', port: (\d+), protocol: 'http'/.exec(main.output()) ?? [];
    expect((await fetch(`http://127.0.0.1:${port}/v1/customers`)).status).toBe(401);
    main.child.kill('SIGINT');
    expect(await main.code).toBe(0);
  });

  test.each(['x', '-1', '65536', '1.5'])(
    'L2: --port=%s is refused with what is expected',
    async (port) => {
      const main = start(`--port=${port}`);
      expect(await main.code).toBe(1);
      expect(main.output()).toContain(`--port must be a number from 0 to 65535, got '${port}'`);
    },
  );

  test('L2: a port that is taken is named, with the way out', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const main = start('--port', String(port));
    expect(await main.code).toBe(1);
    expect(main.output()).toMatch(
      new RegExp(`Port ${port} is taken\\. .* npx local-stripe --port ${port + 1}`),
    );
    other.close();
  });

  test("L2: its help names the command as it was given: npx's, or a script of package.json", async () => {
    const help = start('--help');
    expect(await help.code).toBe(0);
    expect(help.output()).toMatch(/^npx local-stripe \[--port 12111\]/);
    const script = startCommand(['--help'], { npm_lifecycle_event: 'local:stripe' });
    expect(await script.code).toBe(0);
    expect(script.output()).toMatch(/^npm run local:stripe -- \[--port 12111\]/);
  });
});
