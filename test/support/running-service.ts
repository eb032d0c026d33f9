import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import Stripe from 'stripe';
import { issueToken } from '../../ops/service/bearer-token';
import { readConfig } from '../../service/config';
import { defaultWebhookPath, environmentVariables as names } from '../../service/contract';
import { startService } from '../../service/start';
import { checkOutbox } from './cloud-events';
import { eventually } from './waiting';

export const jwtSecret = 'a-shared-secret-of-the-tests-0123456789';
export const webhookSecret = 'whsec_tests';
export const stripeKey = 'sk_test_tollgateTests000000000000';

/** The configuration that tests run the service with; each names what it wants otherwise. */
export function testEnvironment(databaseUrl: string): Record<string, string> {
  return {
    [names.port]: '0',
    [names.databaseUrl]: databaseUrl,
    [names.stripeSecretKey]: stripeKey,
    [names.stripeWebhookSecret]: webhookSecret,
    // Nobody listens there: a test that needs Stripe names the local one.
    [names.stripeApiBase]: 'http://127.0.0.1:9',
    [names.jwtAccessTokenSecret]: jwtSecret,
    [names.publicBaseUrl]: 'https://shop.example.com',
    [names.logLevel]: process.env.TEST_LOG ?? 'silent',
  };
}

/** The service in this process, listening on a port of its own. */
export interface TestService {
  readonly url: string;
  get(path: string, userId: string): Promise<Response>;
  post(path: string, userId: string, body: unknown): Promise<Response>;
  /** Delivers an event as Stripe would, signed, and returns the answer. */
  deliver(event: object, options?: DeliveryOptions): Promise<Response>;
  stop(): Promise<void>;
}

interface DeliveryOptions {
  readonly secret?: string;
  readonly timestamp?: number;
  readonly path?: string;
}

export async function startTestService(
  databaseUrl: string,
  environment: Record<string, string> = {},
  /** Receives what is logged, a line each. */
  logLines?: string[],
): Promise<TestService> {
  const config = readConfig({ ...testEnvironment(databaseUrl), ...environment });
  const log =
    logLines === undefined
      ? pino({ level: config.logLevel })
      : pino({ level: config.logLevel }, { write: (line) => logLines.push(line) });
  const service = await startService(config, log);
  const client = testClient(`http://127.0.0.1:${service.port}`);
  await untilReady(client.url);
  return {
    ...client,
    async stop() {
      await service.stop();
      await checkOutboxOf(databaseUrl);
    },
  };
}

/** Whatever a test was about: all that would be published is held to its schema. */
async function checkOutboxOf(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await checkOutbox({
      query: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
        (await client.query<Row>(text, values)).rows,
    });
  } finally {
    await client.end();
  }
}

/** Talks to a service, wherever it runs, as a user and as Stripe. */
export function testClient(url: string): Omit<TestService, 'stop'> {
  const authorization = async (userId: string) => `Bearer ${await issueToken(jwtSecret, userId)}`;
  return {
    url,
    get: async (path, userId) =>
      fetch(url + path, { headers: { authorization: await authorization(userId) } }),
    post: async (path, userId, body) =>
      fetch(url + path, {
        method: 'POST',
        headers: {
          authorization: await authorization(userId),
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      }),
    deliver: (event, { secret = webhookSecret, timestamp, path = defaultWebhookPath } = {}) => {
      const payload = JSON.stringify(event, null, 2);
      return fetch(url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': Stripe.webhooks.generateTestHeaderString({
            payload,
            secret,
            ...(timestamp !== undefined && { timestamp }),
          }),
        },
        body: payload,
      });
    },
  };
}

/** Resolves when the database is there; the Stripe key may be missing on purpose. */
async function untilReady(url: string): Promise<void> {
  await eventually('the service’s database', async () => {
    const ready = await fetch(`${url}/ready`);
    return (await ready.text()).includes('"database":"ok"') || undefined;
  });
}

/** An event around an object, with an id of its own. */
export function eventOf(type: string, object: object, id = `evt_${randomUUID()}`) {
  return {
    id,
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  };
}
