import type Stripe from 'stripe';
import type { Deployed } from '../aws/deployed';
import { StripeAccess, type StripeOptions } from '../stripe-access';
import type { Finding } from '../terminal/output';
import { lackingEvents, otherVersion } from '../webhook/endpoints';
import { counted, found } from './checks';

const check = 'endpoint';

/** What Stripe has of webhook endpoints for exactly this environment's addresses. */
export async function checkStripe(
  deployed: Deployed,
  key: string | undefined,
  options: StripeOptions,
): Promise<readonly Finding[]> {
  if (key === undefined) {
    const fix = 'Repair what the line of the stripe-secret-key says';
    return [found(check, null, 'Stripe was not asked: there is no key to ask with', fix)];
  }
  const base = deployed.get('PublicBaseUrl');
  const paths = deployed.get('WebhookPaths').split(',');
  const urls = paths.map((path) => `${base}${path}`);
  const stripe = new StripeAccess(key, options);
  const endpoints = await stripe.ask('listing the webhook endpoints', (api) =>
    api.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 1000 }),
  );
  const ours = endpoints.filter(({ url }) => urls.includes(url));
  const enabled = ours.filter(({ status }) => status === 'enabled');
  if (enabled.length === 0) return [none(deployed, ours, urls)];
  return enabled.map((endpoint) => judgeEndpoint(deployed, endpoint));
}

function none(
  deployed: Deployed,
  disabled: readonly Stripe.WebhookEndpoint[],
  urls: readonly string[],
): Finding {
  // Without one, Stripe may deliver by EventBridge.
  if (deployed.find('StripeEventQueueUrl') !== undefined) {
    const fix = 'See that the destination is enabled, in Stripe’s dashboard';
    return found(check, null, `none for ${urls.join(', ')}; events come by EventBridge`, fix);
  }
  const seen = disabled.map(({ id }) => `${id} is disabled`).join(', ');
  return found(
    check,
    false,
    `Stripe has none for ${urls.join(', ')}${seen === '' ? '' : `: ${seen}`}`,
    `npm run ops -- webhook create --env ${deployed.name}`,
  );
}

/** Whether it sends every event that has a handler, in the form that the code was written against. */
export function judgeEndpoint(
  { name }: Pick<Deployed, 'name'>,
  endpoint: Pick<Stripe.WebhookEndpoint, 'api_version' | 'enabled_events' | 'id'>,
): Finding {
  const { api_version: version, enabled_events: events, id } = endpoint;
  const ofVersion = otherVersion(endpoint);
  const lacks = [...lackingEvents(endpoint), ...ofVersion];
  return found(
    check,
    lacks.length === 0,
    lacks.length === 0
      ? `${id}: ${counted(events.length, 'event type')}, API version ${version}`
      : `${id} ${lacks.join('; ')}`,
    ofVersion.length === 0
      ? 'Add the event types to the endpoint, in Stripe’s dashboard'
      : `The version is fixed when it is made: npm run ops -- webhook rotate --env ${name}`,
  );
}
