import { type AuthenticationOptions, createAuthenticate } from '../../service/http/authentication';
import type { SecretStore, StoredSecret } from '../../service/secrets/manager';
import { RotatingSecret } from '../../service/secrets/rotating';

/** Authentication as the service has it, with a secret that is never rotated, if it has one. */
export const authenticateWith = ({
  sharedSecret: value,
  ...others
}: Omit<Partial<AuthenticationOptions>, 'sharedSecret'> & { sharedSecret?: string | undefined }) =>
  createAuthenticate({
    sharedSecret: value === undefined ? undefined : rotating(value, new Map()),
    jwksUrl: undefined,
    nowMillis: Date.now,
    ...others,
  });

/** A secret that was injected, and what Secrets Manager has of it now. */
export function rotating(value: string, stored: ReadonlyMap<string, StoredSecret>): RotatingSecret {
  const store: SecretStore = { read: async (_arn, version) => stored.get(version) };
  const arn = stored.size === 0 ? undefined : 'arn:aws:secretsmanager:eu-west-1:1:secret:jwt';
  return new RotatingSecret('JWT_ACCESS_TOKEN_SECRET', { value, arn }, store, Date.now);
}
