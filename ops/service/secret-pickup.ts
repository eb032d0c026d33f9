import { ECSClient } from '@aws-sdk/client-ecs';
import { createTollgateClient, type TollgateClientOptions, TollgateError } from '@tollgate/client';
import { valuesIn } from '../../service/secrets/parse';
import type { Deployed } from '../aws/deployed';
import { redeploy } from '../aws/redeployment';
import { OpsFailure } from '../failure';
import type { DeployedSecrets, SecretName } from '../secrets/deployed-secrets';
import type { Steps } from '../terminal/steps';
import { deployedTokens } from './deployed-tokens';
import { receiverAt, seeVerified } from './signed-delivery';
import { untilPickedUp } from './until-picked-up';

/** Where a service is asked whether it works with its secrets. */
export interface Place {
  readonly deployed: Deployed;
  readonly secrets: DeployedSecrets;
  /** Its address, without a path. */
  readonly url: string;
}

/**
 * Sees that the service works with the value of a secret that is in force. It looks for another
 * webhook secret or JWT key by itself; Stripe's key is what a task was started with.
 * @throws OpsFailure where it does not
 */
export async function seePickedUp(name: SecretName, place: Place, steps: Steps): Promise<void> {
  const { deployed, secrets, url } = place;
  if (name === 'stripe-webhook-secret') {
    await steps.run('see that the service verifies with it', async () => {
      let seen = '';
      for (const secret of valuesIn(await secrets.value(name))) {
        seen = await seeVerified(receiverAt(deployed, url), secret);
      }
      return seen;
    });
  } else if (name === 'jwt-access-token-secret') {
    await steps.run('see that the service takes its tokens', async () =>
      seeTokenTaken(url, await deployedTokens(deployed, 'operator', '')),
    );
  } else {
    const ecs = new ECSClient(deployed.clients);
    try {
      await redeploy(ecs, deployed, { since: await secrets.changedAt(name) }, steps);
    } finally {
      ecs.destroy();
    }
  }
}

/**
 * Sees that the service takes tokens that are signed with the stored key.
 * @throws OpsFailure where it refuses them after a while, or cannot say
 */
export async function seeTokenTaken(
  url: string,
  token: TollgateClientOptions['token'],
): Promise<string> {
  const client = createTollgateClient({ baseUrl: url, token, timeoutSeconds: 10 });
  const { outcome, seen } = await untilPickedUp(async () => {
    try {
      await client.get('/v1/account');
      return { outcome: 'taken', seen: 'a token that was signed with it is taken' };
    } catch (error) {
      if (!(error instanceof TollgateError)) throw error;
      if (error.status === 503) return { outcome: 'not now', seen: error.message };
      if (error.code !== 'token_invalid') throw error;
      return { outcome: 'refused', seen: error.message };
    }
  });
  if (outcome === 'taken') return seen;
  throw new OpsFailure(
    `the service refuses a token that was signed with the stored key: ${seen}`,
    'Is --env the environment behind this address? Do the tasks have JWT_ACCESS_TOKEN_SECRET_ARN, and may they read it?',
  );
}
