import type { Queryable } from './queryable';

/** When a webhook secret verified deliveries, by its fingerprint: never by itself. */
export interface SecretUse {
  readonly fingerprint: string;
  readonly firstVerifiedAt: Date;
  readonly lastVerifiedAt: Date;
}

/** Notes that a webhook secret has just verified a delivery. */
export async function recordSecretUse(client: Queryable, fingerprint: string): Promise<void> {
  await client.query(
    `insert into webhook_secret_uses (fingerprint) values ($1)
     on conflict (fingerprint) do update set last_verified_at = now()`,
    [fingerprint],
  );
}

/** The uses of these secrets; one that has verified nothing yet has no entry. */
export async function readSecretUses(
  client: Queryable,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, SecretUse>> {
  const { rows } = await client.query<{
    fingerprint: string;
    first_verified_at: Date;
    last_verified_at: Date;
  }>(
    `select fingerprint, first_verified_at, last_verified_at from webhook_secret_uses
      where fingerprint = any($1::text[])`,
    [fingerprints],
  );
  return new Map(
    rows.map((row) => [
      row.fingerprint,
      {
        fingerprint: row.fingerprint,
        firstVerifiedAt: row.first_verified_at,
        lastVerifiedAt: row.last_verified_at,
      },
    ]),
  );
}
