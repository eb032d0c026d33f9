import { Argument, type Command } from 'commander';
import { fingerprintOf } from '../../service/secrets/rotating';
import { type Deployed, readDeployed } from '../aws/deployed';
import {
  type ChangeOptions,
  type CommonOptions,
  runCommand,
  withChange,
  withTarget,
} from '../command';
import { OpsFailure } from '../failure';
import {
  DeployedSecrets,
  readValue,
  type SecretName,
  type SecretVersion,
  secretNames,
} from '../secrets/deployed-secrets';
import { readSecretFile } from '../secrets/secret-file';
import { checkSecret, describeSecret } from '../secrets/secret-shapes';
import { confirmProduction } from '../service/confirmation';
import { readJwtSecret } from '../service/deployed-tokens';
import { type Place, seePickedUp } from '../service/secret-pickup';
import { withUrl } from '../service/url';
import { StripeAccess, type StripeOptions, withStripe } from '../stripe-access';
import { Steps } from '../terminal/steps';

interface ChangeSecretOptions extends ChangeOptions {
  readonly url?: string;
}

interface SetOptions extends ChangeSecretOptions, StripeOptions {
  readonly file: string;
}

const examples = `
  The secrets are ${secretNames.join(', ')}.

  Examples:
    npm run ops -- secrets list --env prod
    npm run ops -- secrets set stripe-secret-key --file key.txt --env staging
    openssl rand -base64 48 | npm run ops -- secrets set jwt-access-token-secret --file - --env staging
    npm run ops -- secrets restore stripe-webhook-secret --env prod

  No value is ever shown: a fingerprint tells one from another. A webhook secret or JWT key is taken up by
  the running tasks; for Stripe's key they are started anew.`;

/** `secrets`: what is stored, storing another value, and going back to the one before. */
export function addSecrets(ops: Command): void {
  const secrets = ops
    .command('secrets')
    .description('the three secrets of an environment: list, set, restore')
    .addHelpText('after', examples);
  withTarget(
    secrets.command('list').description('what is stored, and what is wrong with it'),
  ).action((options: CommonOptions) => runCommand(options.json, () => listSecrets(options)));
  withUrl(
    withStripe(
      withChange(
        secrets
          .command('set')
          .description('stores a value, and sees that the service works with it'),
      )
        .addArgument(nameArgument())
        .requiredOption(
          '--file <file>',
          'holds the value, readable by you alone; - for standard input',
        ),
    ),
  ).action((name: SecretName, options: SetOptions) =>
    runCommand(options.json, () => setSecret(name, options)),
  );
  withUrl(
    withChange(
      secrets.command('restore').description('puts the version before the last change back'),
    ).addArgument(nameArgument()),
  ).action((name: SecretName, options: ChangeSecretOptions) =>
    runCommand(options.json, () => restoreSecret(name, options)),
  );
}

const nameArgument = () => new Argument('<secret>', 'which one').choices(secretNames);

/** Runs work on the secrets of an environment. */
async function onSecrets(
  options: ChangeSecretOptions | CommonOptions,
  work: (place: Place, steps: Steps) => Promise<void>,
): Promise<void> {
  const deployed = await readDeployed(options);
  const secrets = new DeployedSecrets(deployed);
  const url = ('url' in options ? options.url : undefined) ?? deployed.get('PublicBaseUrl');
  try {
    await work({ deployed, secrets, url }, new Steps(options.json));
  } finally {
    secrets.close();
  }
}

function listSecrets(options: CommonOptions): Promise<void> {
  return onSecrets(options, async ({ deployed, secrets }, steps) => {
    const mode = deployed.get('StripeMode');
    const listed = [];
    for (const name of secretNames) {
      const current = describe(name, await secrets.current(name), mode);
      const previous = await secrets.previous(name);
      const before = previous === undefined ? undefined : describe(name, previous, mode);
      listed.push({ name, arn: secrets.arn(name), current, previous: before ?? null });
      steps.say(`${current.isFit ? '✓' : '✗'} ${name}: ${inWords(current)}`);
      if (before !== undefined) steps.say(`    before: ${inWords(before)}`);
      if (!current.isFit) steps.say(`  → npm run ops -- secrets set ${name} --file FILE`);
    }
    tellOfPin(deployed, steps);
    steps.finish({ ok: listed.every(({ current }) => current.isFit), secrets: listed });
  });
}

function describe(name: SecretName, { storedAt, text }: SecretVersion, mode: string) {
  try {
    const value = readValue(name, text);
    const { isFit, words } = describeSecret(name, value, mode);
    return { isFit, words, fingerprint: fingerprintOf(value), storedAt: storedAt.toISOString() };
  } catch (error) {
    if (!(error instanceof OpsFailure)) throw error;
    return {
      isFit: false,
      words: error.message,
      fingerprint: null,
      storedAt: storedAt.toISOString(),
    };
  }
}

function inWords({ fingerprint, storedAt, words }: ReturnType<typeof describe>): string {
  return `${words}, stored ${storedAt}${fingerprint === null ? '' : `, fingerprint ${fingerprint}`}`;
}

function setSecret(name: SecretName, options: SetOptions): Promise<void> {
  return onSecrets(options, async (place, steps) => {
    const { deployed, secrets } = place;
    const value = await readSecretFile(options.file);
    await steps.run('check the value', async () => {
      const words = checkSecret(name, value, deployed.get('StripeMode'));
      // Where a key set verifies tokens, this one is for nothing.
      if (name === 'jwt-access-token-secret') await readJwtSecret(deployed);
      if (name !== 'stripe-secret-key') return words;
      return `${words}; ${await new StripeAccess(value, options).checkKey()}`;
    });
    if (options.dryRun) {
      const isSame = (await secrets.value(name).catch(() => undefined)) === value;
      steps.say(isSame ? `${name} has this value: nothing to store` : `would store the ${name}`);
      return steps.finish({ ok: true, dryRun: true, secret: name, isUnchanged: isSame });
    }
    await confirmProduction(deployed, options.yes);
    await steps.run(`store the ${name}`, async () =>
      (await secrets.put(name, value)) ? 'stored' : 'unchanged, not stored again',
    );
    await seePickedUp(name, place, steps);
    tellOfPin(deployed, steps);
    steps.finish({ ok: true, secret: name });
  });
}

function restoreSecret(name: SecretName, options: ChangeSecretOptions): Promise<void> {
  return onSecrets(options, async (place, steps) => {
    const { deployed, secrets } = place;
    const current = await secrets.current(name);
    const previous = await secrets.previous(name);
    if (previous === undefined) {
      throw new OpsFailure(
        `the ${name} has one version, and none before it`,
        `Store the right value: npm run ops -- secrets set ${name} --file FILE.`,
      );
    }
    // Of two, the older one is in force: an earlier run did it, and may have seen no more.
    const isDone = current.storedAt < previous.storedAt;
    const mode = deployed.get('StripeMode');
    const back = describe(name, isDone ? current : previous, mode);
    steps.say(`${isDone ? 'restored before' : 'to be restored'}: ${inWords(back)}`);
    if (options.dryRun) return steps.finish({ ok: true, dryRun: true, secret: name, isDone });
    if (!back.isFit) {
      throw new OpsFailure(
        `the version before is ${back.words}`,
        `Store the right value: npm run ops -- secrets set ${name} --file FILE.`,
      );
    }
    await confirmProduction(deployed, options.yes);
    await steps.run('put the version before back', async () => {
      if (isDone) return 'done before';
      await secrets.exchange(name, current, previous);
      return `version ${previous.id} is in force`;
    });
    await seePickedUp(name, place, steps);
    tellOfPin(deployed, steps);
    steps.finish({ ok: true, secret: name });
  });
}

/** What is stored as the current version is then not what is preferred. */
function tellOfPin(deployed: Deployed, steps: Steps): void {
  if (deployed.flag('secretsVersion') !== 'previous') return;
  steps.say(
    'secretsVersion=previous is in force by a deploy: the service prefers the version before',
  );
}
