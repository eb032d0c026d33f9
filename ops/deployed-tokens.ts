import { ECSClient } from '@aws-sdk/client-ecs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environmentVariables as names } from '../service/contract';
import { parseSecret } from '../service/secrets/parse';
import { asking } from './aws-failure';
import type { Deployed } from './deployed';
import { OpsFailure } from './failure';
import { readEcsService, readTaskDefinition } from './running-task';

/** What a token must say, and be signed with, to be believed by a deployed service. */
export interface TokenSecret {
  readonly secret: string;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/**
 * Reads what the running tasks verify tokens by.
 * @throws OpsFailure where a key set does, or where the secret has no value
 */
export async function readJwtSecret(deployed: Deployed): Promise<TokenSecret> {
  const ecs = new ECSClient(deployed.clients);
  const secrets = new SecretsManagerClient(deployed.clients);
  try {
    const { taskDefinition } = await readEcsService(ecs, deployed);
    const { containerDefinitions } = await readTaskDefinition(ecs, taskDefinition);
    const told = (name: string) =>
      containerDefinitions?.[0]?.environment?.find((each) => each.name === name)?.value;
    const keySet = told(names.jwtJwksUrl);
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
    return { secret: value, issuer: told(names.jwtIssuer), audience: told(names.jwtAudience) };
  } finally {
    ecs.destroy();
    secrets.destroy();
  }
}
