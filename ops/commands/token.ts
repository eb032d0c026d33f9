import type { Command } from 'commander';
import { createSecretStore } from '../../service/secrets/manager';
import { parseSecret } from '../../service/secrets/parse';
import { readDeployed, type Target } from '../aws/deployed';
import { runCommand, withOptionalTarget } from '../command';
import { OpsFailure } from '../failure';
import { issueToken } from '../service/bearer-token';
import { readJwtSecret, type TokenSecret } from '../service/deployed-tokens';
import { printJson, printText } from '../terminal/output';

interface Options extends Partial<Target> {
  readonly project: string;
  readonly secretId?: string;
  readonly scope: string;
  readonly user: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly json: boolean;
}

/** For a person at work with it, who can print another; nothing takes one back that is lost. */
const lifetime = '15m';

const examples = `
  Examples:
    TOKEN=$(npm --silent run ops -- token --env prod)
    TOKEN=$(npm --silent run ops -- token --env prod --user ann@example.com --scope billing:read)`;

/** `token`: a bearer token of one's own, for the admin routes in the first place. */
export function addToken(ops: Command): void {
  withOptionalTarget(ops.command('token'))
    .description(
      `prints a bearer token, valid for ${lifetime}, signed with the secret that the service verifies ` +
        'tokens by (not where a key set, JWT_JWKS_URL, does: whoever has that issues its tokens)',
    )
    .option('--secret-id <id>', 'ARN or name of the secret, where no environment is named')
    .option(
      '--scope <scope>',
      'what it may do; several scopes separated by spaces',
      'billing:admin',
    )
    .option('--user <id>', 'who it is for: sub, which stands in the log', 'operator')
    .option('--issuer <issuer>', 'in place of what the tasks are told')
    .option('--audience <audience>', 'in place of what the tasks are told')
    .addHelpText('after', examples)
    .action((options: Options) => runCommand(options.json, () => print(options), ''));
}

async function print(options: Options): Promise<void> {
  const { audience, issuer, json, scope, user } = options;
  const { secret, ...claims } = await readSecret(options);
  const token = await issueToken(secret, user, scope, {
    lifetime,
    ...claims,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  });
  if (json) printJson({ token });
  else printText(token);
}

async function readSecret(options: Options): Promise<TokenSecret> {
  const { env, secretId } = options;
  if ((env === undefined) === (secretId === undefined)) {
    throw new OpsFailure(
      env === undefined
        ? 'neither --env nor --secret-id was given'
        : '--env and --secret-id were both given',
      'Name the environment (--env prod), or the secret (--secret-id ARN).',
      'badUse',
    );
  }
  if (env !== undefined) return readJwtSecret(await readDeployed({ ...options, env }));
  return {
    secret: await stored(secretId ?? '', options),
    issuer: undefined,
    audience: undefined,
    userClaim: undefined,
  };
}

async function stored(
  secretId: string,
  { profile, region }: Pick<Options, 'profile' | 'region'>,
): Promise<string> {
  const fix =
    'Check the ARN and --region; `npm run ops -- secrets list --env ENV` says what is stored.';
  const store = createSecretStore({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });
  try {
    const { text = '' } = (await store.read(secretId, 'AWSCURRENT')) ?? {};
    const { value } = parseSecret(secretId, text);
    if (value !== '') return value;
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    throw new OpsFailure(cause instanceof Error ? `${message}: ${cause.message}` : message, fix);
  }
  throw new OpsFailure(`${secretId} is empty`, 'Store the key of your tokens in it.');
}
