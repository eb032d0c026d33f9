import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import Stripe from 'stripe';
import { issueToken } from '../../../ops/service/bearer-token';
import { requireCaller } from '../../../service/http/caller';
import { limitRates, shedLoad } from '../../../service/http/load';
import { answerWithProblems } from '../../../service/http/problem-details';
import { authenticateWith } from '../../support/authentication';
import { createTestDatabase } from '../../support/database';
import { jwtSecret, startTestService, webhookSecret } from '../../support/running-service';
import { untilHolds } from '../../support/waiting';

let app: FastifyInstance;

afterEach(() => app?.close());

async function listen(): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** Keeps the event loop from everything else for so long, and leaves the core to other tests. */
function work(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

test('S1, S22: while the event loop is late, requests are shed with 503, and /health is answered', async () => {
  app = fastify();
  answerWithProblems(app);
  app.get('/health', () => ({ status: 'ok' }));
  await app.register(async (guarded) => {
    await shedLoad(guarded, { delayMillisMax: 20 });
    guarded.get('/work', () => ({ done: true }));
  });
  const url = await listen();
  const busy = setInterval(() => work(100), 1);
  let shed = await fetch(`${url}/work`);
  for (let attempt = 0; attempt < 600 && shed.status !== 503; attempt += 1) {
    shed = await fetch(`${url}/work`);
  }
  expect((await fetch(`${url}/health`)).status).toBe(200);
  clearInterval(busy);
  expect([shed.status, shed.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await shed.json()).toMatchObject({ code: 'overloaded' });
  await untilHolds(
    () => fetch(`${url}/work`),
    ({ status }) => expect(status).toBe(200),
  );
});

test('S1, S22: after a pause of less than the limit, as at a start, requests are answered', async () => {
  app = fastify();
  answerWithProblems(app);
  await app.register(async (guarded) => {
    await shedLoad(guarded);
    guarded.get('/work', () => ({ done: true }));
  });
  const url = await listen();
  for (let pause = 0; pause < 5; pause += 1) {
    work(1_100);
    for (let request = 0; request < 10; request += 1) {
      expect((await fetch(`${url}/work`)).status).toBe(200);
    }
  }
});

async function limitedApp(perMinute: number, stripePerMinute = 1_000) {
  app = fastify();
  answerWithProblems(app);
  requireCaller(app, authenticateWith({ sharedSecret: jwtSecret }));
  await limitRates(app, { perMinute, stripePerMinute });
  app.get('/account', () => ({ status: 'ok' }));
  app.get('/stripe', { config: { asksStripe: true } }, () => ({ status: 'ok' }));
  app.get('/maybe', async (request) => ({ asked: await request.mayAskStripe() }));
  const url = await listen();
  return async (caller: string, path = '/account', scope = '') =>
    fetch(url + path, {
      headers: { authorization: `Bearer ${await issueToken(jwtSecret, caller, scope)}` },
    });
}

test('S9: a caller who asks too often is told to wait; others are not', async () => {
  const ask = await limitedApp(3);
  for (let count = 0; count < 3; count += 1) expect((await ask('alice')).status).toBe(200);
  const limited = await ask('alice');
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await limited.json()).toMatchObject({
    code: 'rate_limited',
    detail: expect.stringContaining('more than 3 requests'),
  });
  expect((await ask('bob')).status).toBe(200);
});

test('S9: whom a caller names counts only with the scope to act for users', async () => {
  const ask = await limitedApp(3);
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    statuses.push((await ask('alice', `/account?userId=carol${count}`)).status);
  }
  expect(statuses).toEqual([403, 403, 403, 429, 429, 429]);
  for (const user of ['carol', 'dave']) {
    for (let count = 0; count < 4; count += 1) {
      const answer = await ask('backend', `/account?userId=${user}`, 'accounts:write');
      expect(answer.status).toBe(count < 3 ? 200 : 429);
    }
  }
});

test('S9: what makes us ask Stripe has a limit of its own for each caller', async () => {
  const ask = await limitedApp(100, 3);
  const read = async (path: string) => (await ask('alice', path)).json() as Promise<object>;
  expect(await read('/maybe')).toEqual({ asked: true });
  expect((await ask('alice', '/stripe')).status).toBe(200);
  expect((await ask('alice', '/stripe')).status).toBe(200);
  const limited = await ask('alice', '/stripe');
  expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(await limited.json()).toMatchObject({
    code: 'rate_limited',
    detail: expect.stringContaining('that make us ask Stripe'),
  });
  expect(await read('/maybe')).toEqual({ asked: false });
  expect((await ask('alice')).status).toBe(200);
  expect((await ask('bob', '/stripe')).status).toBe(200);
});

test('S9, S22: the service itself limits its callers and sheds load', async () => {
  const database = await createTestDatabase();
  const service = await startTestService(database.url);
  const headers = { authorization: `Bearer ${await issueToken(jwtSecret, 'alice')}` };
  const ask = async () => (await fetch(`${service.url}/v1/catalogue`, { headers })).status;
  const answers = new Set<number>();
  for (let round = 0; round < 31; round += 1) {
    for (const status of await Promise.all(Array.from({ length: 100 }, ask))) answers.add(status);
  }
  expect([...answers]).toEqual([200, 429]);

  // The first delay is averaged with the idle time before it, the second is a whole sample's.
  work(5_100);
  await ask();
  work(5_100);
  expect(await ask()).toBe(503);
  await service.stop();
  await database.drop();
});

test('S1: a delivery that is nested too deep for the database is refused with 400', async () => {
  const database = await createTestDatabase();
  const service = await startTestService(database.url);
  const payload = `{"id":"evt_deep","type":"ping","data":{"object":${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}}}`;
  const answer = await fetch(`${service.url}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({
        payload,
        secret: webhookSecret,
      }),
    },
    body: payload,
  });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    expect.objectContaining({ code: 'stripe_event_malformed' }),
  ]);
  await service.stop();
  await database.drop();
});
