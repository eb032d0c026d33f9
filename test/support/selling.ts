import { randomUUID } from 'node:crypto';
import { type LocalStripe, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { issueToken } from '../../ops/service/bearer-token';
import { createTestDatabase, type TestDatabase } from './database';
import { jwtSecret, startTestService, stripeKey, type TestService } from './running-service';
import { untilHolds } from './waiting';

export const sessionsPath = '/v1/checkout/sessions';
export const card = { card: '4242424242424242' };
export const newUser = () => `user-${randomUUID()}`;

/** A service with a database and a local Stripe of its own. */
export interface Shop {
  readonly database: TestDatabase;
  readonly localStripe: LocalStripe;
  readonly stripe: Stripe;
  readonly control: RemoteControl;
  readonly service: TestService;
  /** What the local Stripe was asked, a line each. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function openShop(environment: Record<string, string> = {}): Promise<Shop> {
  const requests: string[] = [];
  const localStripe = await startLocalStripe({
    log: (line) => requests.push(line),
    latencyMillis: 20, // so that two requests under one idempotency key meet, as at the original
  });
  const database = await createTestDatabase();
  const service = await startTestService(database.url, {
    STRIPE_API_BASE: localStripe.url,
    ...environment,
  });
  return {
    database,
    localStripe,
    stripe: new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port }),
    control: new RemoteControl(localStripe.url),
    service,
    requests,
    async close() {
      await service.stop();
      await localStripe.close();
      await database.drop();
    },
  };
}

export interface Asking {
  readonly scope?: string;
  /** The Idempotency-Key. */
  readonly key?: string;
  /** Of another service than the shop's own. */
  readonly url?: string;
  readonly query?: string;
}

/** POST /v1/checkout/sessions. */
export async function askToBegin(
  { service }: Pick<Shop, 'service'>,
  userId: string,
  body: object,
  { scope = '', key, url = service.url, query = '' }: Asking = {},
) {
  const answer = await fetch(url + sessionsPath + query, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issueToken(jwtSecret, userId, scope)}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    replayed: answer.headers.get('idempotency-replayed'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

/** A session that was begun. @throws Error with the answer when it was not */
export async function begin(
  shop: Pick<Shop, 'service'>,
  userId: string,
  body: object,
  asking?: Asking,
) {
  const { status, body: answer } = await askToBegin(shop, userId, body, asking);
  if (status !== 201) throw new Error(`begun with ${status}: ${JSON.stringify(answer)}`);
  return answer as { id: string; url: string; expiresAt: string; customerId: string };
}

/** The events of one session, of the type, as Stripe generated them. */
export async function eventsOf(
  { stripe }: Pick<Shop, 'stripe'>,
  type: string,
  sessionId: string,
): Promise<Stripe.Event[]> {
  const all = await stripe.events.list({ type, limit: 100 }).autoPagingToArray({ limit: 1_000 });
  return all.filter(({ data }) => 'id' in data.object && data.object.id === sessionId);
}

/** Delivers all events of one session that are of this type. */
export async function deliverEvents(shop: Shop, type: string, sessionId: string): Promise<void> {
  const events = await eventsOf(shop, type, sessionId);
  if (events.length === 0) throw new Error(`Stripe has no ${type} of ${sessionId}`);
  for (const event of events) {
    const answer = await shop.service.deliver(event);
    if (answer.status !== 200) throw new Error(`${type} was answered ${answer.status}`);
  }
}

/** What GET /v1/checkout/sessions/{id} says. */
export async function readSession(
  { service }: Pick<Shop, 'service'>,
  id: string,
  userId: string,
): Promise<Record<string, unknown>> {
  const answer = await service.get(`${sessionsPath}/${id}`, userId);
  return (await answer.json()) as Record<string, unknown>;
}

/** Reads until it is so; Stripe is asked about one session once a second at most. */
export async function untilSession(
  shop: Pick<Shop, 'service'>,
  id: string,
  userId: string,
  paymentStatus: string,
): Promise<void> {
  await untilHolds(
    () => readSession(shop, id, userId),
    (session) => expect(session.paymentStatus).toBe(paymentStatus),
  );
}
