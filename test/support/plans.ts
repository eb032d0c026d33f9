import type { Plans } from '../../service/handlers/handling';

/** The plans of a deployer who sells no subscriptions, and nothing elsewhere. */
export const noPlans: Plans = {
  creditsOf: () => 0n,
  entitlementsOf: () => [],
  creditsForeignSessions: false,
  environmentName: 'local',
};
