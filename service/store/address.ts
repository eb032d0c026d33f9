import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Config } from '../config';
import type { SecretStore } from '../secrets/manager';
import type { DatabaseAddress } from './database';

/** A secret as RDS writes it: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
const rdsSecret = Type.Object({
  host: Type.String(),
  port: Type.Union([Type.Integer(), Type.String({ pattern: '^\\d+$' })]),
  username: Type.String(),
  password: Type.String(),
  dbname: Type.String(),
});

/**
 * Where the database is. From a secret, the password is read again for every new connection, so
 * that rotating it needs no redeploy.
 * @throws Error that names what the secret lacks, never its content
 */
export async function resolveDatabaseAddress(
  database: Config['database'],
  secrets: SecretStore,
): Promise<DatabaseAddress> {
  if ('url' in database) return database;
  const read = async () => {
    const stored = (await secrets.read(database.secretArn, 'AWSCURRENT'))?.text ?? '';
    const parsed: unknown = parse(stored);
    if (Value.Check(rdsSecret, parsed)) return parsed;
    const [fault] = Value.Errors(rdsSecret, parsed);
    throw new Error(
      `the database secret ${database.secretArn} is not usable: ${fault?.instancePath} ` +
        `${fault?.message}; it must be JSON with host, port, username, password and dbname`,
    );
  };
  const { host, port, username, dbname } = await read();
  return {
    host,
    port: Number(port),
    user: username,
    database: dbname,
    password: async () => (await read()).password,
  };
}

function parse(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return undefined;
  }
}
