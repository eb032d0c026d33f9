import type { Plans } from '../../service/handlers/decision';

/** The plans of a deployer who sells no subscriptions, and nothing elsewhere. */
export const noPlans: Plans = {
  creditsOf: () => 0n,
  entitlementsOf: () => [],
  creditsForeignSessions: false,
};
