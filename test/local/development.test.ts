import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { issueToken } from '../../ops/service/bearer-token';
import { createStripeCli, killPrograms, type Program, startProgram } from '../support/program';
import { eventOf, testClient } from '../support/running-service';
import { eventually } from '../support/waiting';
import { commandsOn, type Status } from './running-stack';
import { type Subscriber, startSubscriber } from './subscriber';

const data = mkdtempSync(join(tmpdir(), 'tollgate-development-'));
const commands = commandsOn(data);
const catalogue = join(data, 'catalogue.json');
const jwtSecret = 'the-secret-of-an-application-0123456789';

let subscriber: Subscriber;
let up: Program;
let output: string;
let status: Status;

beforeAll(async () => {
  writeFileSync(
    catalogue,
    JSON.stringify({
      topups: { eur: { presetsMinor: [2000], minimumMinor: 2000 } },
      items: [{ reference: 'poster', name: 'A poster', currency: 'eur', amountMinor: 900 }],
    }),
  );
  subscriber = await startSubscriber();
  up = commands.start(
    ...['--catalogue', catalogue, '--jwt-secret', jwtSecret, '--events-to', subscriber.url],
    ...['--webhook-path', '/api/webhooks/stripe', '--webhook-secret', 'whsec_ofTheApplication'],
    ...['--origin', 'https://shop.test', '--origin', 'https://admin.shop.test'],
    ...[
      '--set',
      'ADAPTERS=topups',
      '--set',
      'JWT_USER_CLAIM=user_id',
      '--set',
      'JWT_AUDIENCE=shop',
    ],
  );
  output = await up.printed('Still running');
  status = await commands.json();
});

afterAll(async () => {
  killPrograms();
  await subscriber.close();
  rmSync(data, { recursive: true, force: true });
});

async function begin(token: string, body: object, origin?: string) {
  const answer = await fetch(`${status.serviceUrl}/v1/checkout/sessions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(origin !== undefined && { origin }),
    },
    body: JSON.stringify(body),
  });
  return { answer, body: (await answer.json()) as { id: string; url: string; code?: string } };
}

async function balances(token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${status.serviceUrl}/v1/account`, { headers });
  return ((await answer.json()) as { balances: unknown }).balances;
}

test('L4: it sells what the file says, in its currency, and rehearses that', () => {
  expect(output).toContain('POST /v1/checkout/sessions → 201, cs_test_');
  expect(output).toContain('over 20.00 EUR');
  expect(output).toContain('The rehearsal passed');
});

test('L4: the status is told to people, to programs and to a shell', async () => {
  expect(status).toMatchObject({ running: true, state: 'ready' });
  const told = commands.status();
  expect([await told.code, told.output()]).toEqual([
    0,
    expect.stringContaining(`service       ${status.serviceUrl}`),
  ]);
  const env = commands.status('--env');
  expect(await env.code).toBe(0);
  const ask = 'curl -s "$URL/v1/account" -H "Authorization: Bearer $TOKEN"; env | grep ^JWT_';
  const shell = startProgram('bash', ['-c', `${env.output()}\n${ask}`]);
  expect([await shell.code, shell.output()]).toEqual([0, expect.stringContaining('"buyer-1"')]);
  expect(shell.output()).toContain(`JWT_ACCESS_TOKEN_SECRET=${jwtSecret}`);
});

test('L4: a token of any user is believed, with the scopes that are asked for', async () => {
  const alice = await commands.token('alice');
  expect((await begin(alice, { item: { reference: 'poster' } })).answer.status).toBe(201);
  expect(await balances(alice)).toEqual([]);
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${status.serviceUrl}/v1/admin/trial-balance`, { headers })).status;
  };
  expect(await ask(alice)).toBe(403);
  const scopes = ['--scope', 'accounts:write', '--scope', 'billing:admin'];
  expect(await ask(await commands.token('bob', ...scopes))).toBe(200);
  expect(await ask(await commands.token(...scopes, 'bob'))).toBe(200);
});

test('L4: what is refused says how it is done here, and not only in a deployment', async () => {
  const alice = await commands.token('alice');
  const fixOf = async (token: string, body: object) => {
    const { body: problem } = await begin(token, body);
    return `${problem.code}: ${(problem as { fix?: string }).fix}`;
  };
  const topup = { amountMinor: 2000 };
  const elsewhere = { topup, successUrl: 'https://evil.test/' };
  expect(await fixOf(alice, elsewhere)).toMatch(/^redirect_url_not_allowed: .*-- --origin ORIGIN/);
  expect(await fixOf(alice, { topup: { ...topup, currency: 'usd' } })).toMatch(
    /^currency_not_supported: .*-- --catalogue FILE/,
  );
  const priced = { item: { reference: 'x', name: 'x', amountMinor: 300, currency: 'eur' } };
  expect(await fixOf(alice, priced)).toMatch(
    new RegExp(`^scope_missing: .*token -- USER --scope SCOPE --data '.*${data}'`),
  );
  expect(await fixOf(alice, { package: 'none' })).toMatch(/^package_unknown: .*--catalogue FILE/);
  expect(await fixOf('none', { topup })).toMatch(/^token_invalid: .*token -- USER .*--jwt-secret/);
  const reserved = await begin(alice, { topup, metadata: { tollgate_order: '1' } });
  expect(reserved.body).toMatchObject({
    code: 'validation_failed',
    detail: expect.stringMatching(
      /metadata\.tollgate_order has a name that is not taken here; .*begin with tollgate_ are reserved/,
    ),
  });
  const misread = await begin(alice, { topup, metadata: { order: 1 } });
  expect(misread.body).toMatchObject({
    detail: expect.stringMatching(
      /metadata\.order is 1; expected a text .*of 500 characters at most/,
    ),
  });
  const headers = { authorization: `Bearer ${alice}` };
  const off = await fetch(`${status.serviceUrl}/api/credits/session/cs_1`, { headers });
  expect(await off.json()).toMatchObject({
    code: 'adapter_off',
    detail: 'GET /api/credits/session/:id is of the adapter credits, which is off',
    fix: expect.stringMatching(/name the adapter in ADAPTERS\. Here, npm start -- --set ADAPTERS=/),
  });
});

test('L4: a variable that no option stands for is the service’s', async () => {
  const token = await issueToken(jwtSecret, 'erin', '', {
    userClaim: 'user_id',
    audience: 'shop',
  });
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${status.serviceUrl}/api/billing/account`, { headers });
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { userId: 'erin', balanceCents: 0 },
  ]);
});

test('L4: start and status say where events are posted', () => {
  expect(output).toContain(`events        posted to ${subscriber.url} (--events-to)`);
});

test.each([
  ['http://localhost:3000', 201],
  ['http://127.0.0.1:5173', 201],
  ['https://localhost', 201],
  ['https://shop.test', 201],
  ['https://admin.shop.test', 201],
  ['https://localhost.evil.test', 422],
  ['http://shop.test', 422],
])('L4: a page of %s begins a checkout, and its buyers return there: %i', async (origin, code) => {
  const token = await commands.token('alice');
  const { answer } = await begin(token, { topup: { amountMinor: 2000 } }, origin);
  const allowed = answer.headers.get('access-control-allow-origin');
  expect([answer.status, allowed]).toEqual([code, code === 201 ? origin : null]);
});

test('L4: buyers return to the first origin where nobody says otherwise', async () => {
  const { body } = await begin(await commands.token('carol'), { topup: { amountMinor: 2000 } });
  const { redirectUrl } = await payOnHostedPage(body.url, { card: '4242424242424242' });
  expect(redirectUrl).toBe(`https://shop.test/?checkout=success&session_id=${body.id}`);
});

test("L4: deliveries are taken on both paths, signed with the application's secret", async () => {
  const { deliver } = testClient(status.serviceUrl);
  const secret = 'whsec_ofTheApplication';
  expect(status.webhookUrl).toBe(`${status.serviceUrl}/api/webhooks/stripe`);
  for (const path of ['/api/webhooks/stripe', '/webhooks/stripe']) {
    expect((await deliver(eventOf('ping', {}), { secret, path })).status).toBe(200);
  }
  expect((await deliver(eventOf('ping', {}), { secret: 'whsec_another' })).status).toBe(400);
});

test('L2, L4: stripe listen forwards to it', async () => {
  const cli = createStripeCli(status.stripeApiBase, status.variables.STRIPE_SECRET_KEY ?? '');
  const listen = cli.start(
    ...['listen', '--forward-to', status.webhookUrl, '--no-wss', '--skip-update'],
  );
  await listen.printed(status.variables.STRIPE_WEBHOOK_SECRET ?? 'no secret');
  const trigger = cli.start('trigger', 'payment_intent.succeeded');
  expect(await trigger.code).toBe(0);
  await listen.printed(`[200] POST ${status.webhookUrl}`);
  expect(listen.output()).not.toContain('[400]');
  cli.remove();
});

test('L4: what is published is posted, again where it was not taken, and in its order', async () => {
  const typesOf = (user: string) =>
    subscriber.taken.filter(({ subject }) => subject === user).map(({ type }) => type);
  subscriber.answers = 500;
  const dora = await commands.token('dora');
  const { body } = await begin(dora, { topup: { amountMinor: 2500 } });
  await payOnHostedPage(body.url, { card: '4242424242424242' });
  await eventually('a refusal', async () => subscriber.refused[0]);
  expect(typesOf('dora')).toEqual([]);
  subscriber.answers = 204;
  const expected = ['payment.successful', 'checkout.completed', 'balance.credited'];
  await eventually('what was refused', async () =>
    expected.every((type) => typesOf('dora').includes(type)) ? true : undefined,
  );
  const times = subscriber.taken
    .filter(({ subject }) => subject === 'dora')
    .map(({ time }) => time);
  expect(times).toEqual(times.toSorted());
  expect(subscriber.taken[0]).toMatchObject({ specversion: '1.0', source: 'https://shop.test' });
});
