import { ECSClient } from '@aws-sdk/client-ecs';
import type { Command } from 'commander';
import { environmentVariables as names } from '../../service/contract';
import { valuesIn } from '../../service/secrets/parse';
import { readTaskConfiguration } from '../aws/running-task';
import { readSecretFile } from '../secrets/secret-file';
import { describeSecret } from '../secrets/secret-shapes';
import { serviceClient } from '../service/client';
import { deployedTokens } from '../service/deployed-tokens';
import type { Place } from '../service/secret-pickup';
import { receiverAt } from '../service/signed-delivery';
import { StripeAccess, type StripeOptions } from '../stripe-access';
import type { SmokePlace } from './smoke';
import { SmokeAccount } from './smoke-account';

/** What whoever runs a smoke test is to give where the environment's secrets do not do. */
export interface SmokeOptions extends StripeOptions {
  readonly tokenFile?: string;
}

const scopes = 'billing:admin accounts:write';

export function withToken(command: Command): Command {
  return command.option(
    '--token-file <file>',
    `a bearer token with the scopes ${scopes}, where a key set verifies tokens; - for standard input`,
  );
}

/**
 * Finds what a smoke test needs: the secrets that the service has, and a token that it takes.
 * @param signingSecret to sign with. @default - the first one in force
 */
export async function findSmokePlace(
  { deployed, secrets, url }: Place,
  options: SmokeOptions,
  signingSecret?: string,
): Promise<SmokePlace> {
  const ecs = new ECSClient(deployed.clients);
  try {
    const { told } = await readTaskConfiguration(ecs, deployed);
    const [inForce = ''] = valuesIn(await secrets.value('stripe-webhook-secret'));
    const key = await secrets.value('stripe-secret-key');
    const { isFit } = describeSecret('stripe-secret-key', key, deployed.get('StripeMode'));
    const token = await tokenFor(deployed, options);
    const client = serviceClient(url, token);
    return {
      receiver: receiverAt(deployed, url),
      account: (userId) => new SmokeAccount(client, userId),
      signingSecret: signingSecret ?? inForce,
      stripe: isFit ? new StripeAccess(key, options) : undefined,
      environmentName: told[names.environmentName] ?? '',
    };
  } finally {
    ecs.destroy();
  }
}

async function tokenFor(deployed: Place['deployed'], { tokenFile }: SmokeOptions) {
  if (tokenFile !== undefined) return readSecretFile(tokenFile);
  return deployedTokens(deployed, 'operator', scopes);
}
