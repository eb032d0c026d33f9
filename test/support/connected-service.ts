import { type LocalStripe, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { freePort } from '../../local/free-port';
import { issueToken } from '../../ops/service/bearer-token';
import { createTestDatabase, type TestDatabase } from './database';
import { jwtSecret, startTestService, stripeKey, type TestService } from './running-service';

/** A service and a local Stripe that know of each other: events come by Stripe's own deliveries. */
export interface ConnectedService {
  readonly database: TestDatabase;
  readonly localStripe: LocalStripe;
  readonly stripe: Stripe;
  readonly control: RemoteControl;
  readonly service: TestService;
  /** The secret that deliveries are signed with. */
  readonly secret: string;
  /** The answer's body to a token of this user; with a scope, it may name another one. */
  read<Body>(path: string, userId: string, scope?: string): Promise<Body>;
  close(): Promise<void>;
}

/**
 * Makes an endpoint for a service that is to listen on a port of its own.
 * @returns what the service is told of it, and of where Stripe is
 */
export async function registerEndpoint(
  stripe: Stripe,
  { url }: LocalStripe,
  webhookPath = '/webhooks/stripe',
): Promise<Record<'PORT' | 'STRIPE_API_BASE' | 'STRIPE_WEBHOOK_SECRET', string>> {
  const port = await freePort();
  const { secret = '' } = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${port}${webhookPath}`,
    enabled_events: ['*'],
  });
  return { PORT: String(port), STRIPE_API_BASE: url, STRIPE_WEBHOOK_SECRET: secret };
}

/**
 * @param environment what the service is told beside where Stripe and the database are
 * @param logLines receives what is logged, a line each
 * @param webhookPath where Stripe delivers; one of WEBHOOK_PATHS
 */
export async function connectService(
  environment: Readonly<Record<string, string>> = {},
  logLines?: string[],
  webhookPath = '/webhooks/stripe',
): Promise<ConnectedService> {
  const database = await createTestDatabase();
  const localStripe = await startLocalStripe();
  const { port: stripePort, url: stripeUrl } = localStripe;
  const stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: stripePort });
  const endpoint = await registerEndpoint(stripe, localStripe, webhookPath);
  const service = await startTestService(database.url, { ...endpoint, ...environment }, logLines);
  return {
    database,
    localStripe,
    stripe,
    control: new RemoteControl(stripeUrl),
    service,
    secret: endpoint.STRIPE_WEBHOOK_SECRET,
    async read<Body>(path: string, userId: string, scope = '') {
      const authorization = `Bearer ${await issueToken(jwtSecret, userId, scope)}`;
      const answer = await fetch(service.url + path, { headers: { authorization } });
      return (await answer.json()) as Body; // as the caller of the test says
    },
    async close() {
      await service.stop();
      await localStripe.close();
      await database.drop();
    },
  };
}
