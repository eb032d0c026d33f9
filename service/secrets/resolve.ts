import type { Config, SecretSource } from '../config';
import type { SecretStore } from './manager';
import { parseSecret } from './parse';

/** The value that was injected, or else the one that Secrets Manager has now. */
export async function resolveSecret(
  name: string,
  source: SecretSource,
  store: SecretStore,
  version: Config['secretsVersion'],
): Promise<string | undefined> {
  if (source.value !== undefined || source.arn === undefined) return source.value;
  const { value } = parseSecret(
    name,
    (await store.read(source.arn, version === 'previous' ? 'AWSPREVIOUS' : 'AWSCURRENT'))?.text ??
      '',
  );
  return value === '' ? undefined : value;
}
