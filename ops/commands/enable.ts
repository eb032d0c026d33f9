import { randomBytes } from 'node:crypto';
import { ECSClient } from '@aws-sdk/client-ecs';
import { type Command, Option } from 'commander';
import { valuesIn } from '../../service/secrets/parse';
import { readDeployed } from '../aws/deployed';
import { redeploy } from '../aws/redeployment';
import { type ChangeOptions, runCommand, withChange } from '../command';
import { OpsFailure } from '../failure';
import { DeployedSecrets, type SecretName } from '../secrets/deployed-secrets';
import { readSecretFile } from '../secrets/secret-file';
import { checkSecret, describeSecret } from '../secrets/secret-shapes';
import { readInjection, registerInjecting } from '../secrets/task-secrets';
import { confirmProduction } from '../service/confirmation';
import { readJwtSecret } from '../service/deployed-tokens';
import { type Place, seePickedUp } from '../service/secret-pickup';
import { receiverAt } from '../service/signed-delivery';
import { withUrl } from '../service/url';
import { smoke } from '../smoke/smoke';
import { findSmokePlace, type SmokeOptions, withToken } from '../smoke/smoke-place';
import { StripeAccess, withStripe } from '../stripe-access';
import { Steps } from '../terminal/steps';
import { Endpoints, isPending, secretOf } from '../webhook/endpoints';
import { bringUp, settle } from '../webhook/succession';

interface Options extends ChangeOptions, SmokeOptions {
  readonly url?: string;
  readonly stripeSecretKeyFile: string;
  readonly stripeWebhookSecretFile?: string;
  readonly generateWebhookSecret?: true;
  readonly createWebhook?: true;
  readonly jwtSecretFile?: string;
}

const help = `
  From a fresh deploy to a service that sells: checks the key (form, mode, one call to Stripe), stores
  what is not stored yet, starts the tasks anew with it, and runs the smoke test. Where the webhook's
  secret comes from is one of:
    --create-webhook                    makes the endpoint in Stripe, which must reach the domain by HTTPS
    --stripe-webhook-secret-file FILE   of an endpoint that you made
    --generate-webhook-secret           there is no endpoint yet; the smoke test alone signs with it

  Files must be readable by you alone (chmod 600). An interrupted run is finished by the next.

  Examples:
    npm run ops -- enable --env staging --stripe-secret-key-file key.txt --create-webhook
    npm run ops -- enable --env staging --stripe-secret-key-file - --generate-webhook-secret < key.txt`;

/** `enable`: gives a deployed environment its keys, and sees that it sells. */
export function addEnable(ops: Command): void {
  const ways = ['stripeWebhookSecretFile', 'generateWebhookSecret', 'createWebhook'];
  const way = (flags: string, description: string, own: string) =>
    new Option(flags, description).conflicts(ways.filter((each) => each !== own));
  withToken(
    withUrl(
      withStripe(
        withChange(
          ops
            .command('enable')
            .description('gives an environment its keys, starts the tasks with them, and tries it'),
        ),
      ),
    ),
  )
    .requiredOption('--stripe-secret-key-file <file>', 'holds the key; - for standard input')
    .addOption(
      way(
        '--stripe-webhook-secret-file <file>',
        'holds the signing secret of your endpoint',
        'stripeWebhookSecretFile',
      ),
    )
    .addOption(
      way(
        '--generate-webhook-secret',
        'there is no endpoint in Stripe yet',
        'generateWebhookSecret',
      ),
    )
    .addOption(way('--create-webhook', 'make the endpoint in Stripe', 'createWebhook'))
    .option('--jwt-secret-file <file>', 'holds the key of your tokens; a generated one is there')
    .addHelpText('after', help)
    .action((options: Options) => runCommand(options.json, () => run(options)));
}

type Values = ReadonlyMap<SecretName, string>;

async function run(options: Options): Promise<void> {
  const deployed = await readDeployed(options);
  const secrets = new DeployedSecrets(deployed);
  const steps = new Steps(options.json);
  const place = { deployed, secrets, url: options.url ?? deployed.get('PublicBaseUrl') };
  try {
    const values = await checkValues(place, options, steps);
    if (options.dryRun) return await tellPlan(place, values, options, steps);
    await confirmProduction(deployed, options.yes);
    for (const [name, value] of values) {
      await steps.run(`store the ${name}`, async () =>
        (await secrets.put(name, value)) ? 'stored' : 'unchanged, not stored again',
      );
    }
    await startTasks(place, steps);
    // Tasks that were not started anew take these up by themselves, and the smoke test needs both.
    for (const name of ['stripe-webhook-secret', 'jwt-access-token-secret'] as const) {
      if (values.has(name)) await seePickedUp(name, place, steps);
    }
    if (options.createWebhook) await createEndpoint(place, options, steps);
    await smoke(await findSmokePlace(place, options), steps);
    if (options.generateWebhookSecret) {
      steps.say(`No endpoint delivers yet: npm run ops -- webhook create --env ${options.env}`);
    }
    steps.finish({ ok: true });
  } finally {
    secrets.close();
  }
}

async function checkValues(place: Place, options: Options, steps: Steps): Promise<Values> {
  const mode = place.deployed.get('StripeMode');
  const { jwtSecretFile, stripeSecretKeyFile, stripeWebhookSecretFile } = options;
  if (!stripeWebhookSecretFile && !options.generateWebhookSecret && !options.createWebhook) {
    throw new OpsFailure(
      'it is not said where the webhook’s secret comes from',
      'Give one of --create-webhook, --stripe-webhook-secret-file FILE and --generate-webhook-secret.',
      'badUse',
    );
  }
  const files = [stripeSecretKeyFile, stripeWebhookSecretFile, jwtSecretFile];
  if (files.filter((file) => file === '-').length > 1) {
    throw new OpsFailure('standard input holds one secret', 'Put the others into files.', 'badUse');
  }
  const key = await readSecretFile(stripeSecretKeyFile);
  const values = new Map<SecretName, string>([['stripe-secret-key', key]]);
  await steps.run('check the Stripe key', async () => {
    const words = checkSecret('stripe-secret-key', key, mode);
    return `${words}; ${await new StripeAccess(key, options).checkKey()}`;
  });
  if (stripeWebhookSecretFile !== undefined) {
    const secret = await readSecretFile(stripeWebhookSecretFile);
    checkSecret('stripe-webhook-secret', secret, mode);
    values.set('stripe-webhook-secret', secret);
  } else if (options.generateWebhookSecret) {
    // One that is there already may be an endpoint's.
    const current = await place.secrets.value('stripe-webhook-secret');
    const { isFit } = describeSecret('stripe-webhook-secret', current, mode);
    const generated = `whsec_${randomBytes(24).toString('hex')}`;
    values.set('stripe-webhook-secret', isFit ? current : generated);
  }
  if (jwtSecretFile !== undefined) {
    const secret = await readSecretFile(jwtSecretFile);
    checkSecret('jwt-access-token-secret', secret, mode);
    await readJwtSecret(place.deployed); // Where a key set verifies tokens, it is for nothing.
    values.set('jwt-access-token-secret', secret);
  }
  return values;
}

async function tellPlan(
  { deployed, secrets }: Place,
  values: Values,
  options: Options,
  steps: Steps,
): Promise<void> {
  for (const [name, value] of values) {
    const isSame = (await secrets.value(name)) === value;
    steps.say(isSame ? `${name} has this value` : `would store the ${name}`);
  }
  const ecs = new ECSClient(deployed.clients);
  try {
    const { lacking } = await readInjection(ecs, deployed);
    for (const [variable] of lacking) steps.say(`would have the tasks given ${variable}`);
  } finally {
    ecs.destroy();
  }
  if (options.createWebhook) steps.say(`would make an endpoint for ${deployed.get('WebhookUrl')}`);
  steps.say('would start the tasks anew where they have an older key, and run the smoke test');
  steps.finish({ ok: true, dryRun: true });
}

/** With all three secrets, and the key that is stored; the service looks for the others by itself. */
async function startTasks({ deployed, secrets }: Place, steps: Steps): Promise<void> {
  const ecs = new ECSClient(deployed.clients);
  try {
    const injection = await readInjection(ecs, deployed);
    const { lacking, taskDefinition: running } = injection;
    let taskDefinition = running.taskDefinitionArn ?? '';
    await steps.run('the task definition injects the secrets', async () => {
      if (lacking.size === 0) return 'all of them';
      taskDefinition = await registerInjecting(ecs, injection);
      return `registered ${taskDefinition.split('/').at(-1)} with ${[...lacking.keys()].join(', ')}`;
    });
    const since = await secrets.changedAt('stripe-secret-key');
    await redeploy(ecs, deployed, { since, taskDefinition }, steps);
  } finally {
    ecs.destroy();
  }
}

async function createEndpoint(
  { deployed, secrets, url }: Place,
  options: Options,
  steps: Steps,
): Promise<void> {
  const stripe = new StripeAccess(await secrets.value('stripe-secret-key'), options);
  const endpoints = new Endpoints(stripe, deployed.get('WebhookUrl'), deployed.name);
  const standing = (await endpoints.ofUrl()).filter(
    (each) => each.status === 'enabled' && !isPending(each),
  );
  const inForce = valuesIn(await secrets.value('stripe-webhook-secret'));
  const [first] = standing;
  if (first === undefined) {
    const receiver = receiverAt(deployed, url);
    const place = { endpoints, secrets, receiver, base: deployed.get('PublicBaseUrl') };
    await settle(place, await bringUp(place, steps), steps);
  } else {
    await steps.run('an endpoint in Stripe', async () => {
      if (standing.some((each) => secretOf(each, inForce) !== undefined))
        return `${first.id} stands`;
      throw new OpsFailure(
        `${first.id} stands for ${endpoints.url}, and whether its secret is stored nobody can tell`,
        `Have another take its place: npm run ops -- webhook rotate --env ${options.env}; or give its secret by --stripe-webhook-secret-file.`,
      );
    });
  }
}
