import { valuesIn } from '../../service/secrets/parse';
import { OpsFailure } from '../failure';
import type { SecretName } from './deployed-secrets';

/** RFC 7518, section 3.2: the key of HS256 has 256 bits or more. */
const jwtSecretBytesMin = 32;
const stripeKey = /^(sk|rk)_(test|live)_[A-Za-z0-9]{10,240}$/;
const signingSecret = /^whsec_[A-Za-z0-9+/=_-]{24,240}$/;

/**
 * What a value is, in words that say nothing of it; or that it is none, and what it looks like.
 * @param mode of the environment's Stripe keys
 */
export function describeSecret(
  name: SecretName,
  value: string,
  mode: string,
): { readonly isFit: boolean; readonly words: string } {
  if (name === 'stripe-secret-key') return describeKey(value, mode);
  if (name === 'jwt-access-token-secret') {
    const bytes = Buffer.byteLength(value);
    const isFit = bytes >= jwtSecretBytesMin;
    return {
      isFit,
      words: `${bytes} bytes${isFit ? '' : `; expected ${jwtSecretBytesMin} or more`}`,
    };
  }
  const count = valuesIn(value).filter((each) => signingSecret.test(each)).length;
  if (count === valuesIn(value).length) {
    return { isFit: true, words: count === 1 ? 'a signing secret' : `${count} signing secrets` };
  }
  return { isFit: false, words: `${guess(value)}; expected a signing secret, whsec_…` };
}

/**
 * Refuses a value that cannot be this secret of this environment.
 * @throws OpsFailure `badUse`
 */
export function checkSecret(name: SecretName, value: string, mode: string): string {
  const { isFit, words } = describeSecret(name, value, mode);
  if (isFit) return words;
  throw new OpsFailure(`the ${name} that was given is ${words}`, fixes[name], 'badUse');
}

const fixes: Readonly<Record<SecretName, string>> = {
  'stripe-secret-key':
    'Copy the secret key, or a restricted one, from the API keys in Stripe’s dashboard, in the mode of this environment.',
  'stripe-webhook-secret':
    'Copy the signing secret of the endpoint from Stripe’s dashboard, or give --create-webhook to `enable`.',
  'jwt-access-token-secret': 'Make one: openssl rand -base64 48.',
};

function describeKey(value: string, mode: string) {
  const [, kind, keyMode] = stripeKey.exec(value) ?? [];
  if (kind === undefined) {
    return { isFit: false, words: `${guess(value)}; expected sk_${mode}_… or rk_${mode}_…` };
  }
  const words = `a ${kind === 'rk' ? 'restricted' : 'secret'} key of ${keyMode} mode`;
  if (keyMode === mode) return { isFit: true, words };
  return { isFit: false, words: `${words}; expected one of ${mode} mode` };
}

/** By how it begins, and nothing else of it. */
function guess(value: string): string {
  if (value.startsWith('pk_')) return 'a publishable key';
  if (/^[sr]k_/.test(value)) return 'a part of a Stripe key, or something around one';
  if (value.startsWith('whsec_')) return 'a signing secret, or a part of one';
  return value === '' ? 'empty' : 'a placeholder, or something else';
}
