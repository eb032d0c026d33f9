import type { Deployed } from '../aws/deployed';
import { awsFailure } from '../aws/failure';
import { OpsFailure } from '../failure';
import {
  DeployedSecrets,
  readValue,
  type SecretName,
  secretNames,
} from '../secrets/deployed-secrets';
import { describeSecret } from '../secrets/secret-shapes';
import type { Finding } from '../terminal/output';
import { found, look } from './checks';

/** What of the secrets the other checks need. Never to be printed. */
export interface KnownSecrets {
  readonly findings: readonly Finding[];
  /** `undefined` where it cannot be read, or is none of the environment's mode. */
  readonly stripeKey: string | undefined;
}

/** Each secret: there, readable, of its shape, and the Stripe key of the environment's mode. */
export async function checkSecrets(deployed: Deployed): Promise<KnownSecrets> {
  const secrets = new DeployedSecrets(deployed);
  let stripeKey: string | undefined;
  const check = (name: SecretName) =>
    look(name, async () => {
      const fix = `npm run ops -- secrets set ${name} --file FILE --env ${deployed.name}`;
      const { storedAt, text } = await secrets.current(name);
      const value = parsed(name, text);
      if (value instanceof OpsFailure) return found(name, false, value.message, fix);
      const { isFit, words } = describeSecret(name, value, deployed.get('StripeMode'));
      if (name === 'stripe-secret-key' && isFit) stripeKey = value;
      return found(name, isFit, `${words}, stored ${storedAt.toISOString().slice(0, 10)}`, fix);
    });
  try {
    const findings = (await Promise.all(secretNames.map(check))).flat();
    return { findings, stripeKey };
  } finally {
    secrets.close();
  }
}

/** What is stored and is no secret is red; what cannot be asked, which is thrown, is unknown. */
function parsed(name: SecretName, text: string): string | OpsFailure {
  try {
    return readValue(name, text);
  } catch (error) {
    return awsFailure(name, error);
  }
}
