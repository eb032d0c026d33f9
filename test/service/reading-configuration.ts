import { ConfigError, readConfig } from '../../service/config';

/** A complete ARN, as Secrets Manager gives it. */
export const secretArn = (name: string) =>
  `arn:aws:secretsmanager:eu-central-1:123456789012:secret:tollgate-dev-${name}-AbCdEf`;

/** The least that a service needs to be told. */
export const least = {
  DATABASE_URL: 'postgresql://tollgate:hidden-db@localhost/tollgate',
  STRIPE_WEBHOOK_SECRET: 'whsec_hidden',
  JWT_ACCESS_TOKEN_SECRET: 'hidden-jwt-of-at-least-thirty-two-bytes',
};

type Environment = Record<string, string | undefined>;

/** Reads what is said on top of the least that is needed. */
export const read = (environment: Environment) => readConfig({ ...least, ...environment });

/** The faults of an environment, as it is. */
export function faultsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

/** The faults of what is said on top of the least that is needed. */
export const faults = (environment: Environment) => faultsOf({ ...least, ...environment });
