import { type adapterNames, apiPrefix, openPaths } from '../../service/contract';

/** What each contract of another system takes, as a rule of a listener puts it. */
const pathsOfAdapters: Readonly<Record<(typeof adapterNames)[number], readonly string[]>> = {
  topups: ['/api/billing/topups/checkout', '/api/billing/account'],
  'checkout-session': ['/billing/checkout-session'],
  'payment-intent': ['/stripe/payment-intent'],
  credits: ['/api/credits/purchase', '/api/credits/session/*'],
};

/**
 * What applications ask the service for: the paths that maintenance closes.
 * @param adapters as the service is told them (ADAPTERS), separated by commas or spaces
 */
export function apiPaths(adapters: string | undefined): readonly string[] {
  const named = adapters?.split(/[ ,]+/) ?? [];
  const ofAdapters = Object.entries(pathsOfAdapters)
    .filter(([name]) => named.includes(name))
    .flatMap(([, paths]) => paths);
  return [`${apiPrefix}/*`, ...ofAdapters];
}

/** All paths of the service, on a host that it shares with something else. */
export const ownPaths = (
  webhookPaths: readonly string[],
  adapters: string | undefined,
): readonly string[] => [...webhookPaths, ...openPaths, ...apiPaths(adapters)];
