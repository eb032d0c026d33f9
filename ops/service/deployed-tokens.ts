import { ECSClient } from '@aws-sdk/client-ecs';
import { environmentVariables as names } from '../../service/contract';
import type { Deployed } from '../aws/deployed';
import { readTaskConfiguration } from '../aws/running-task';
import { OpsFailure } from '../failure';
import { DeployedSecrets } from '../secrets/deployed-secrets';
import { issueToken } from './bearer-token';

/** What a token must say, and be signed with, to be believed by a deployed service. */
export interface TokenSecret {
  readonly secret: string;
  readonly issuer: string | undefined;
  /** One of those that it takes. */
  readonly audience: string | undefined;
  /** The first of the claims that may name the user. @default - sub */
  readonly userClaim: string | undefined;
}

/**
 * Reads what the running tasks verify tokens by.
 * @throws OpsFailure where a key set does, or where the secret has no value
 */
export async function readJwtSecret(deployed: Deployed): Promise<TokenSecret> {
  const ecs = new ECSClient(deployed.clients);
  const secrets = new DeployedSecrets(deployed);
  try {
    const { told } = await readTaskConfiguration(ecs, deployed);
    const keySet = told[names.jwtJwksUrl];
    if (keySet !== undefined) {
      throw new OpsFailure(
        `${deployed.name} verifies tokens by the key set ${keySet}, whose private key is not ours`,
        'Ask its issuer for a token with the scope billing:admin, and give it with --token-file.',
      );
    }
    const secret = await secrets.value('jwt-access-token-secret');
    if (secret === '') {
      throw new OpsFailure(
        'the jwt-access-token-secret is empty',
        'Store the key of your tokens: npm run ops -- secrets set jwt-access-token-secret --file FILE.',
      );
    }
    const list = (name: string) => told[name]?.split(',')[0]?.trim();
    return {
      secret,
      issuer: told[names.jwtIssuer],
      audience: list(names.jwtAudience),
      userClaim: list(names.jwtUserClaim),
    };
  } finally {
    ecs.destroy();
    secrets.close();
  }
}

/** For one request, and clocks that differ: each is signed anew, and nothing takes a token back. */
const lifetime = '5m';

/**
 * Signs as the host application of a deployed service does: a token for each request, so that none runs
 * out while a command goes on.
 * @param scope several separated by spaces
 * @throws OpsFailure as readJwtSecret does
 */
export async function deployedTokens(
  deployed: Deployed,
  userId: string,
  scope: string,
): Promise<() => Promise<string>> {
  const { secret, ...claims } = await readJwtSecret(deployed);
  return () => issueToken(secret, userId, scope, { lifetime, ...claims });
}
