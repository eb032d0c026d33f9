import type { Command } from 'commander';
import { createSecretStore } from '../service/secrets/manager';
import { parseSecret } from '../service/secrets/parse';
import { issueToken } from './bearer-token';
import { printProgress, printText } from './output';

interface Options {
  readonly secretId: string;
  readonly scope: string;
  readonly user: string;
  readonly issuer?: string;
  readonly audience?: string;
}

/** Short, because nothing takes a token back. */
const lifetime = '15m';

/** `token`: a bearer token of one's own, for the admin routes in the first place. */
export function addToken(ops: Command): void {
  ops
    .command('token')
    .description(
      `prints a bearer token, valid for ${lifetime}, signed with the secret that the service verifies ` +
        'tokens by (not where a key set, JWT_JWKS_URL, does: whoever has that issues its tokens)',
    )
    .requiredOption('--secret-id <id>', 'ARN or name of the secret: output JwtAccessTokenSecretArn')
    .option(
      '--scope <scope>',
      'what it may do; several scopes separated by spaces',
      'billing:admin',
    )
    .option('--user <id>', 'who it is for: sub, which stands in the log', 'operator')
    .option('--issuer <issuer>', 'jwtIssuer of the environment file, if it has one')
    .option('--audience <audience>', 'jwtAudience of the environment file, if it has one')
    .action(async ({ secretId, scope, user, issuer, audience }: Options) => {
      try {
        const stored = await createSecretStore().read(secretId, 'AWSCURRENT');
        const { value } = parseSecret(secretId, stored?.text ?? '');
        if (value === '')
          throw new Error(`${secretId} is empty; store the key of your tokens in it`);
        printText(await issueToken(value, user, scope, { lifetime, issuer, audience }));
      } catch (error) {
        const { message, cause } = error instanceof Error ? error : new Error(String(error));
        printProgress(cause instanceof Error ? `${message}: ${cause.message}` : message);
        process.exitCode = 1;
      }
    });
}
