import type { TollgateClient } from '@tollgate/client';
import type { Command } from 'commander';
import { type Deployed, readDeployed, type Target } from '../aws/deployed';
import { withOptionalTarget } from '../command';
import { OpsFailure } from '../failure';
import { readSecretFile } from '../secrets/secret-file';
import { issueToken } from './bearer-token';
import { serviceClient } from './client';
import { deployedTokens } from './deployed-tokens';
import { parseOrigin } from './url';

/** How a command reaches the service's admin API: of an environment, or at an address. */
export interface ServiceOptions extends Partial<Target> {
  readonly project: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly jwtSecretFile?: string;
  readonly as: string;
  readonly json: boolean;
}

/** What `npm run --silent status -- --env` sets, beside URL. */
const tokenVariable = 'ADMIN';
const scope = 'billing:admin';

export const serviceHelp = `
  Of a deployed environment: --env NAME. It signs a token of its own with the environment's JWT secret.
  Of one on this machine:    eval "$(npm run --silent status -- --env)", then --url "$URL";
                             the token is taken from the variable ${tokenVariable}.`;

export function withService(command: Command): Command {
  return withOptionalTarget(command)
    .option('--url <url>', 'where the service is; with --env, in place of its domain', parseOrigin)
    .option(
      '--token-file <file>',
      `a bearer token with the scope ${scope}; - reads standard input; else the variable ${tokenVariable}`,
    )
    .option('--jwt-secret-file <file>', 'sign a token with the secret in this file')
    .option('--as <name>', 'who you are, for the log: sub of the token that is signed', 'operator')
    .addHelpText('after', serviceHelp);
}

/** A service, and the environment that it belongs to where that was named. */
export interface Service {
  readonly url: string;
  readonly client: TollgateClient;
  readonly deployed: Deployed | undefined;
}

/** @throws OpsFailure where it is not said which service, or no token is to be had */
export async function reachService(options: ServiceOptions): Promise<Service> {
  const { env, url: at } = options;
  if (env === undefined && at === undefined) {
    throw new OpsFailure(
      'neither --env nor --url was given',
      'Name the environment (--env prod), or the address (--url http://127.0.0.1:8080).',
      'badUse',
    );
  }
  const deployed = env === undefined ? undefined : await readDeployed({ ...options, env });
  const url = at ?? deployed?.get('PublicBaseUrl') ?? '';
  const token = await tokenFor(options, deployed);
  return {
    url,
    deployed,
    client: serviceClient(url, token),
  };
}

async function tokenFor(
  { tokenFile, jwtSecretFile, as }: ServiceOptions,
  deployed: Deployed | undefined,
): Promise<string | (() => Promise<string>)> {
  if (tokenFile !== undefined) return readSecretFile(tokenFile);
  if (jwtSecretFile !== undefined) {
    const secret = await readSecretFile(jwtSecretFile);
    return () => issueToken(secret, as, scope, { lifetime: '15m' });
  }
  if (deployed !== undefined) return deployedTokens(deployed, as, scope);
  const token = process.env[tokenVariable];
  if (token !== undefined && token !== '') return token;
  throw new OpsFailure(
    `there is no token: neither --token-file nor --jwt-secret-file, nor the variable ${tokenVariable}`,
    'For what npm start runs: eval "$(npm run --silent status -- --env)". For a deployed one: --env.',
    'badUse',
  );
}
