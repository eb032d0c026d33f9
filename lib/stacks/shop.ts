import type { Settings } from '../configuration/settings';
import type { ShopConfiguration } from '../constructs/container-configuration';

/** What an environment's file and flags say of the shop, as the service is to be told. */
export function shopOf({ environment, switches }: Settings): ShopConfiguration {
  const { allowedOrigins, cancelPath, catalogueFile, currencies, foreignSessions } = environment;
  const { jwtAudience, jwtIssuer, jwtJwksUrl, logLevel, publicBaseUrl, stripeMode } = environment;
  const { successPath, variables } = environment;
  return {
    allowedOrigins,
    cancelPath,
    catalogueFile,
    currencies,
    foreignSessions,
    jwtAudience,
    jwtIssuer,
    jwtJwksUrl,
    logLevel,
    publicBaseUrl,
    stripeMode,
    successPath,
    variables,
    ...switches,
  };
}
