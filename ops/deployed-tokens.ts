import { ECSClient } from '@aws-sdk/client-ecs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environmentVariables as names } from '../service/contract';
import { parseSecret } from '../service/secrets/parse';
import { asking } from './aws-failure';
import type { Deployed } from './deployed';
import { OpsFailure } from './failure';
import { readTaskConfiguration } from './running-task';

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
  const secrets = new SecretsManagerClient(deployed.clients);
  try {
    const { told } = await readTaskConfiguration(ecs, deployed);
    const keySet = told[names.jwtJwksUrl];
    if (keySet !== undefined) {
      throw new OpsFailure(
        `${deployed.name} verifies tokens by the key set ${keySet}, whose private key is not ours`,
        'Ask its issuer for a token with the scope billing:admin, and give it with --token-file.',
      );
    }
    const id = deployed.get('JwtAccessTokenSecretArn');
    const { SecretString = '' } = await asking(`reading the secret ${id}`, () =>
      secrets.send(new GetSecretValueCommand({ SecretId: id })),
    );
    const { value } = parseSecret(id, SecretString);
    if (value === '') {
      throw new OpsFailure(`${id} is empty`, 'Store the key of your tokens in it.');
    }
    const list = (name: string) => told[name]?.split(',')[0]?.trim();
    return {
      secret: value,
      issuer: told[names.jwtIssuer],
      audience: list(names.jwtAudience),
      userClaim: list(names.jwtUserClaim),
    };
  } finally {
    ecs.destroy();
    secrets.destroy();
  }
}
