import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import { handledEventTypes } from '../../service/handlers';
import { valuesIn } from '../../service/secrets/parse';
import { OpsFailure } from '../failure';
import type { DeployedSecrets } from '../secrets/deployed-secrets';
import { type Receiver, seeVerified } from '../service/signed-delivery';
import type { Steps } from '../terminal/steps';
import { type Endpoints, hasKnownSecret, isPending, secretOf } from './endpoints';

/** Each task looks for a newer secret once in five seconds at most. */
const untilTasksLookMillis = 6_000;

/** What an endpoint is brought up in. */
export interface SuccessionPlace {
  readonly endpoints: Endpoints;
  readonly secrets: DeployedSecrets;
  readonly receiver: Receiver;
  /** Base of the addresses of this environment, `https://…`. */
  readonly base: string;
}

export interface Successor {
  readonly endpoint: Stripe.WebhookEndpoint;
  readonly secret: string;
}

/**
 * Makes an endpoint and has it deliver, in an order in which no delivery is ever refused: it is quiet
 * until its secret is in force beside the ones before, and the service is seen to verify with it. What
 * an interrupted run has made is taken on, if its secret was stored; Stripe shows a secret once.
 */
export async function bringUp(place: SuccessionPlace, steps: Steps): Promise<Successor> {
  const { endpoints, receiver, secrets } = place;
  const { endpoint, secret } = await prepare(place, steps);
  await steps.run('store its secret beside those in force', async () => {
    const values = await signingSecrets(secrets);
    if (values.includes(secret)) return 'done before';
    await secrets.put('stripe-webhook-secret', [secret, ...values].join(' '));
    return values.length === 0 ? 'stored' : `stored, before ${values.length} others`;
  });
  await steps.run('see that the service verifies with it', async () => {
    await sleep(untilTasksLookMillis);
    return seeVerified(receiver, secret);
  });
  await steps.run('have it deliver', async () => {
    await endpoints.activate(endpoint);
    return `${handledEventTypes.length} event types`;
  });
  return { endpoint, secret };
}

async function prepare({ endpoints, secrets }: SuccessionPlace, steps: Steps): Promise<Successor> {
  let found: Successor | undefined;
  await steps.run('an endpoint in Stripe', async () => {
    const values = await signingSecrets(secrets);
    for (const pending of (await endpoints.ofUrl()).filter(isPending)) {
      const secret = secretOf(pending, values);
      if (secret !== undefined && found === undefined) found = { endpoint: pending, secret };
      // It has delivered nothing, and nobody has its secret.
      else await endpoints.remove(pending);
    }
    if (found !== undefined) return `${found.endpoint.id}, of an earlier run`;
    found = await endpoints.create();
    return `${found.endpoint.id} for ${endpoints.url}`;
  });
  if (found === undefined) throw new OpsFailure('there is no endpoint', 'Run it again.');
  return found;
}

/** Disables every other endpoint for exactly this URL. */
export async function retireOthers(
  { endpoints }: SuccessionPlace,
  { endpoint }: Successor,
  steps: Steps,
): Promise<void> {
  await steps.run('disable the older endpoints for exactly this URL', async () => {
    const others = (await endpoints.ofUrl()).filter(
      ({ id, status }) => id !== endpoint.id && status === 'enabled',
    );
    for (const other of others) await endpoints.disable(other);
    return others.map(({ id }) => id).join(', ') || 'none is enabled';
  });
}

/**
 * Drops the secrets of endpoints that deliver no more, and marks the succession as done. What was
 * sent before is still verified: the service keeps the version before for a day.
 */
export async function settle(
  place: SuccessionPlace,
  successor: Successor,
  steps: Steps,
): Promise<void> {
  const { endpoints, secrets } = place;
  await steps.run('drop the secrets that are needed no more', async () => {
    const values = await signingSecrets(secrets);
    const needed = await neededSecrets(place, successor, values);
    const stored = await secrets.put('stripe-webhook-secret', needed.join(' '));
    return stored ? `${values.length - needed.length} dropped, ${needed.length} kept` : 'none';
  });
  await endpoints.settle(successor.endpoint);
}

/** Of endpoints for other paths of ours, which somebody may have made by hand, all are kept. */
async function neededSecrets(
  { base, endpoints }: SuccessionPlace,
  { endpoint, secret }: Successor,
  values: readonly string[],
): Promise<readonly string[]> {
  const others = (await endpoints.all()).filter(
    ({ id, status, url }) => id !== endpoint.id && status === 'enabled' && url.startsWith(base),
  );
  if (others.some((each) => !hasKnownSecret(each))) return values;
  const theirs = others.map((each) => secretOf(each, values));
  return values.filter((value) => value === secret || theirs.includes(value));
}

/** Those in force; a generated placeholder is none of an endpoint's. */
async function signingSecrets(secrets: DeployedSecrets): Promise<readonly string[]> {
  const values = valuesIn(await secrets.value('stripe-webhook-secret'));
  return values.filter((value) => value.startsWith('whsec_'));
}
