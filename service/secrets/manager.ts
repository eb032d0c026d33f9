import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Problem } from '../errors';

/** The version of a secret that is in force, and the one that was before it. */
export type SecretVersion = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret, as it was stored. */
export interface StoredSecret {
  readonly text: string;
  /** When this version was stored. */
  readonly createdAtMillis: number;
}

/** Where secrets are kept; the double in the tests is the same API on loopback. */
export interface SecretStore {
  /**
   * A version as it was stored, or undefined when the secret has no such version.
   * @throws Problem `secrets_unavailable` that names the ARN and the fix
   */
  read(arn: string, version: SecretVersion): Promise<StoredSecret | undefined>;
}

/**
 * Reads from AWS Secrets Manager.
 * @param place where that is, and as whom. @default - the region and the credentials of the environment
 */
export function createSecretStore(
  place: { readonly region?: string; readonly profile?: string } = {},
): SecretStore {
  const client = new SecretsManagerClient({
    ...place,
    maxAttempts: 2,
    // Without the last one, a request that is not answered is warned of, and waited for for ever.
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  });
  return {
    async read(arn, version) {
      try {
        const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: version });
        const { SecretString: text = '', CreatedDate } = await client.send(command);
        return { text, createdAtMillis: CreatedDate?.getTime() ?? 0 };
      } catch (error) {
        if (version === 'AWSPREVIOUS' && nameOf(error) === 'ResourceNotFoundException') {
          return undefined;
        }
        throw new Problem(
          'secrets_unavailable',
          `${version} of ${arn} could not be read (${nameOf(error)}); check that the secret has a ` +
            'value, and that whoever reads it, in ECS the task role, may do ' +
            'secretsmanager:GetSecretValue on it',
          { cause: error },
        );
      }
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
