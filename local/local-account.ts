import { RemoteControl, shopPath, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { handledEventTypes } from '../service/handlers/index';
import type { Settings } from './remembered';

/** The account that the service sells in. */
export interface StripeAccount {
  readonly apiBase: string;
  readonly key: string;
  /** What `stripe listen` signs with. */
  readonly listenSecret: string;
  /** Where buyers return to, for want of a shop. */
  readonly shopUrl?: string;
  close(): unknown;
}

export interface LocalAccount extends StripeAccount {
  readonly shopUrl: string;
  /** To see what it delivers. */
  readonly stripe: Stripe;
}

/** Any key of this form opens the one account that there is. */
const key = 'sk_test_tollgateLocalRehearsal0000';

/** The local Stripe, with nothing of an earlier start that would make this one fail. */
export async function startLocalAccount(
  options: {
    readonly port: number;
    readonly stateFile: string;
    readonly settleAfterSeconds?: number;
  },
  say: (line: string) => void,
): Promise<LocalAccount> {
  const local = await startLocalStripe(options);
  const stripe = new Stripe(key, {
    protocol: 'http',
    host: '127.0.0.1',
    port: local.port,
    telemetry: false,
  });
  await clearLeftovers(new RemoteControl(local.url), say);
  return {
    apiBase: local.url,
    key,
    shopUrl: `${local.url}${shopPath}`,
    stripe,
    listenSecret: await listenSecretOf(stripe),
    close: () => local.close(),
  };
}

/** What was to go wrong and has not yet would go wrong in the rehearsal, at every start from now on. */
async function clearLeftovers(control: RemoteControl, say: (line: string) => void): Promise<void> {
  for (const { kind, status, method, path, remaining } of await control.faults()) {
    const what = kind === 'status' ? `status ${status}` : kind;
    say(`  · cleared a fault of before: ${what} for ${method} ${path}, ${remaining} more`);
  }
  await control.clearFaults();
  for (const { types, remaining } of await control.suppressions()) {
    say(`  · cleared a suppression of before: the next ${remaining} of ${types.join(', ')}`);
  }
  await control.clearSuppressions();
}

/** As `stripe listen --print-secret` asks for it. */
async function listenSecretOf(stripe: Stripe): Promise<string> {
  const session: unknown = await stripe.rawRequest('POST', '/v1/stripecli/sessions');
  if (typeof session === 'object' && session !== null && 'secret' in session) {
    return String(session.secret);
  }
  throw new Error('the local Stripe named no secret for stripe listen');
}

/** Marks the one endpoint that is ours to change; an application's own stay as they are. */
const ours = { made_by: 'npm start' };

/**
 * The local Stripe's own way to the service: that of last time, with its secret, as long as the
 * service is where it was.
 */
export async function connectEndpoint(
  stripe: Stripe,
  url: string,
  known: Settings['endpoint'],
): Promise<NonNullable<Settings['endpoint']>> {
  const enabledEvents = [...handledEventTypes];
  const { data: endpoints } = await stripe.webhookEndpoints.list({ limit: 100 });
  const mine = endpoints.filter(({ metadata }) => metadata.made_by === ours.made_by);
  for (const endpoint of mine) {
    if (endpoint.id === known?.id && endpoint.url === url && endpoint.status === 'enabled') {
      await stripe.webhookEndpoints.update(endpoint.id, { enabled_events: enabledEvents });
      return known;
    }
    await stripe.webhookEndpoints.del(endpoint.id);
  }
  const { id, secret } = await stripe.webhookEndpoints.create({
    url,
    enabled_events: enabledEvents,
    metadata: ours,
  });
  if (secret === undefined) throw new Error('the endpoint came without its secret');
  return { id, secret };
}
