import type { Command } from 'commander';
import { readDeployed } from '../aws/deployed';
import {
  type ChangeOptions,
  type CommonOptions,
  runCommand,
  withChange,
  withTarget,
} from '../command';
import { OpsFailure } from '../failure';
import { DeployedSecrets } from '../secrets/deployed-secrets';
import { readSecretFile } from '../secrets/secret-file';
import { checkSecret } from '../secrets/secret-shapes';
import { confirmProduction } from '../service/confirmation';
import { receiverAt } from '../service/signed-delivery';
import { withUrl } from '../service/url';
import { smoke } from '../smoke/smoke';
import { findSmokePlace, type SmokeOptions, withToken } from '../smoke/smoke-place';
import { StripeAccess, type StripeOptions, withStripe } from '../stripe-access';
import { Steps } from '../terminal/steps';
import { differencesOf, Endpoints, isPending } from '../webhook/endpoints';
import { bringUp, retireOthers, type SuccessionPlace, settle } from '../webhook/succession';

interface KeyOptions extends StripeOptions {
  readonly stripeSecretKeyFile?: string;
}

interface ListOptions extends CommonOptions, KeyOptions {}

interface ChangeEndpointOptions extends ChangeOptions, KeyOptions, SmokeOptions {
  readonly url?: string;
}

const help = `
  All are about endpoints for exactly the address of output WebhookUrl. "create" makes the first one,
  with the events that the service handles and the API version that it was written against. "rotate"
  makes another, has the service verify with it beside the one before, and disables the older ones:
  no delivery is refused at any moment, and a run that was interrupted is finished by the next.

  Stripe is asked with the environment's own key. A restricted key needs "Webhook Endpoints: write"
  for this; --stripe-secret-key-file names another key.

  Examples:
    npm run ops -- webhook list --env prod
    npm run ops -- webhook create --env staging
    npm run ops -- webhook rotate --env prod
    npm run ops -- webhook prune --env prod`;

/** `webhook`: the endpoints that Stripe delivers to, and their secrets. */
export function addWebhook(ops: Command): void {
  const webhook = ops
    .command('webhook')
    .description('the webhook endpoints in Stripe: list, create, rotate, prune')
    .addHelpText('after', help);
  withKey(
    withTarget(
      webhook.command('list').description('those for this environment, and what they lack'),
    ),
  ).action((options: ListOptions) => runCommand(options.json, () => list(options)));
  for (const [name, description, run] of [
    ['create', 'makes the first one, stores its secret, and has it deliver', create],
    ['rotate', 'replaces them by a new one with a new secret', rotate],
    ['prune', 'deletes those that are disabled', prune],
  ] as const) {
    withToken(withUrl(withKey(withChange(webhook.command(name).description(description))))).action(
      (options: ChangeEndpointOptions) => runCommand(options.json, () => run(options)),
    );
  }
}

function withKey(command: Command): Command {
  return withStripe(command).option(
    '--stripe-secret-key-file <file>',
    'ask Stripe with this key, readable by you alone; by default with the stored one',
  );
}

interface Work {
  readonly place: SuccessionPlace;
  readonly steps: Steps;
  readonly confirm: () => Promise<void>;
  /** With a secret of choice. */
  readonly smoke: (secret: string) => Promise<void>;
}

async function onEndpoints(
  options: ListOptions | ChangeEndpointOptions,
  work: (work: Work) => Promise<void>,
): Promise<void> {
  const deployed = await readDeployed(options);
  const secrets = new DeployedSecrets(deployed);
  const steps = new Steps(options.json);
  const base = deployed.get('PublicBaseUrl');
  const url = ('url' in options ? options.url : undefined) ?? base;
  try {
    const { stripeSecretKeyFile: file } = options;
    const key =
      file === undefined ? await secrets.value('stripe-secret-key') : await readSecretFile(file);
    checkSecret('stripe-secret-key', key, deployed.get('StripeMode'));
    const stripe = new StripeAccess(key, options);
    const endpoints = new Endpoints(stripe, deployed.get('WebhookUrl'), deployed.name);
    await work({
      steps,
      place: { endpoints, secrets, receiver: receiverAt(deployed, url), base },
      confirm: () => confirmProduction(deployed, 'yes' in options && options.yes),
      smoke: async (secret) =>
        smoke(await findSmokePlace({ deployed, secrets, url }, options, secret), steps),
    });
  } finally {
    secrets.close();
  }
}

function list(options: ListOptions): Promise<void> {
  return onEndpoints(options, async ({ place, steps }) => {
    const found = (await place.endpoints.all()).filter(({ url }) => url.startsWith(place.base));
    if (found.length === 0) steps.say(`Stripe has no endpoint for ${place.base}`);
    const listed = found.map((endpoint) => {
      const { created, id, status, url } = endpoint;
      const lacks = isPending(endpoint)
        ? ['was made by a run that was interrupted']
        : differencesOf(endpoint);
      const isFit = status === 'enabled' && lacks.length === 0;
      const since = new Date(created * 1000).toISOString();
      steps.say(`${isFit ? '✓' : '✗'} ${id} ${status}, of ${since}: ${url}`);
      for (const lack of lacks) steps.say(`    ${lack}`);
      return { id, status, url, createdAt: since, lacks };
    });
    if (listed.some(({ lacks, status }) => status === 'enabled' && lacks.length > 0)) {
      steps.say(`  → npm run ops -- webhook rotate --env ${options.env}`);
    }
    steps.finish({ ok: true, endpoints: listed });
  });
}

function create(options: ChangeEndpointOptions): Promise<void> {
  return onEndpoints(options, async ({ confirm, place, steps }) => {
    const { endpoints } = place;
    const standing = (await endpoints.ofUrl()).filter(
      (each) => each.status === 'enabled' && !isPending(each),
    );
    const [first] = standing;
    if (first !== undefined) {
      throw new OpsFailure(
        `Stripe has an endpoint for ${endpoints.url} already: ${first.id}`,
        `To have one with a new secret in its place: npm run ops -- webhook rotate --env ${options.env}.`,
      );
    }
    if (options.dryRun) return tellPlan(steps, `would make an endpoint for ${endpoints.url}`);
    await confirm();
    const successor = await bringUp(place, steps);
    await settle(place, successor, steps);
    steps.finish({ ok: true, endpoint: successor.endpoint.id });
  });
}

function rotate(options: ChangeEndpointOptions): Promise<void> {
  return onEndpoints(options, async ({ confirm, place, smoke: trySecret, steps }) => {
    const { endpoints } = place;
    if (options.dryRun) {
      const older = (await endpoints.ofUrl()).filter(({ status }) => status === 'enabled');
      const ids = older.map(({ id }) => id).join(', ') || 'none';
      return tellPlan(steps, `would make an endpoint for ${endpoints.url}, and disable ${ids}`);
    }
    await confirm();
    const successor = await bringUp(place, steps);
    await trySecret(successor.secret);
    await retireOthers(place, successor, steps);
    await settle(place, successor, steps);
    steps.say('What Stripe had not delivered to the older ones, the nightly reconciliation finds.');
    steps.finish({ ok: true, endpoint: successor.endpoint.id });
  });
}

function prune(options: ChangeEndpointOptions): Promise<void> {
  return onEndpoints(options, async ({ confirm, place, steps }) => {
    const { endpoints } = place;
    const disabled = (await endpoints.ofUrl()).filter(({ status }) => status === 'disabled');
    const ids = disabled.map(({ id }) => id);
    if (options.dryRun) return tellPlan(steps, `would delete ${ids.join(', ') || 'none'}`);
    await confirm();
    await steps.run('delete the disabled endpoints for exactly this URL', async () => {
      for (const endpoint of disabled) await endpoints.remove(endpoint);
      return ids.join(', ') || 'none is disabled';
    });
    steps.finish({ ok: true, deleted: ids });
  });
}

function tellPlan(steps: Steps, plan: string): void {
  steps.say(plan);
  steps.finish({ ok: true, dryRun: true });
}
