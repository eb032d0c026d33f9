import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { parseSecret } from '../../service/secrets/parse';
import type { Deployed } from '../aws/deployed';
import { asking } from '../aws/failure';
import { OpsFailure } from '../failure';

/** The secrets whose values people set, by what follows `{project}-{env}-` in their names. */
export const secretNames = [
  'stripe-secret-key',
  'stripe-webhook-secret',
  'jwt-access-token-secret',
] as const;
export type SecretName = (typeof secretNames)[number];

const outputs: Readonly<Record<SecretName, string>> = {
  'stripe-secret-key': 'StripeSecretKeyArn',
  'stripe-webhook-secret': 'StripeWebhookSecretArn',
  'jwt-access-token-secret': 'JwtAccessTokenSecretArn',
};

/** Of a secret of an environment, whoever made it. */
export const secretArn = (deployed: Deployed, name: SecretName) => deployed.get(outputs[name]);

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret. Its text is never to be printed. */
export interface SecretVersion {
  readonly id: string;
  readonly text: string;
  readonly storedAt: Date;
}

/** The secrets of one environment, in Secrets Manager. */
export class DeployedSecrets {
  private readonly client: SecretsManagerClient;

  constructor(private readonly deployed: Deployed) {
    this.client = new SecretsManagerClient(deployed.clients);
  }

  arn(name: SecretName): string {
    return secretArn(this.deployed, name);
  }

  /** @throws OpsFailure where the secret is not there, or has no value */
  async current(name: SecretName): Promise<SecretVersion> {
    const version = await this.read(name, 'AWSCURRENT');
    if (version !== undefined) return version;
    throw new OpsFailure(
      `the secret ${this.arn(name)} is not there, or has no value`,
      `Deploy the data stack, which makes it: npm run deploy -- -c env=${this.deployed.name}.`,
    );
  }

  /** The version before the last change, if there is one. */
  previous(name: SecretName): Promise<SecretVersion | undefined> {
    return this.read(name, 'AWSPREVIOUS');
  }

  /** When it was last changed: stored, or put back. */
  async changedAt(name: SecretName): Promise<Date> {
    const { LastChangedDate } = await asking(`looking at the ${name}`, () =>
      this.client.send(new DescribeSecretCommand({ SecretId: this.arn(name) })),
    );
    return LastChangedDate ?? new Date(0);
  }

  /** The value in force, without what a paste has put around it. @throws OpsFailure */
  async value(name: SecretName): Promise<string> {
    const { text } = await this.current(name);
    return readValue(name, text);
  }

  /**
   * Stores a value, as text or as `{"key": …}`, whichever is there. One that is in force already is
   * not stored again: that would drop the version before it.
   * @returns whether it was stored
   */
  async put(name: SecretName, value: string): Promise<boolean> {
    const { text } = await this.current(name);
    if (isValue(name, text, value)) return false;
    const isJson = text.trim().startsWith('{');
    await asking(`storing the ${name}`, () =>
      this.client.send(
        new PutSecretValueCommand({
          SecretId: this.arn(name),
          SecretString: isJson ? JSON.stringify({ key: value }) : value,
        }),
      ),
    );
    return true;
  }

  /** Makes the previous version the current one, and the other way round. */
  async exchange(name: SecretName, current: SecretVersion, previous: SecretVersion): Promise<void> {
    await asking(`moving AWSCURRENT of the ${name}`, () =>
      this.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.arn(name),
          VersionStage: 'AWSCURRENT',
          RemoveFromVersionId: current.id,
          MoveToVersionId: previous.id,
        }),
      ),
    );
  }

  close(): void {
    this.client.destroy();
  }

  private async read(name: SecretName, stage: Stage): Promise<SecretVersion | undefined> {
    return asking(`reading the ${name}`, async () => {
      try {
        const command = new GetSecretValueCommand({
          SecretId: this.arn(name),
          VersionStage: stage,
        });
        const { CreatedDate, SecretString = '', VersionId = '' } = await this.client.send(command);
        return { id: VersionId, text: SecretString, storedAt: CreatedDate ?? new Date(0) };
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    });
  }
}

/** @throws OpsFailure where what is stored cannot be read as a secret */
export function readValue(name: SecretName, text: string): string {
  try {
    return parseSecret(`the ${name}`, text).value;
  } catch (error) {
    throw new OpsFailure(
      error instanceof Error ? error.message : String(error),
      `Store it again: npm run ops -- secrets set ${name} --file FILE.`,
    );
  }
}

/** What cannot be read is another value: it is about to be replaced. */
function isValue(name: SecretName, text: string, value: string): boolean {
  try {
    return parseSecret(name, text).value === value;
  } catch {
    return false;
  }
}
