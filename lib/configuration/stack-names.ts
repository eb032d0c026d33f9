import type { Settings } from './settings';

/** What the stacks of an environment are called. */
export function stackNames({ prefix }: Settings) {
  return {
    network: `${prefix}-network`,
    data: `${prefix}-data`,
    service: `${prefix}-service`,
    monitoring: `${prefix}-monitoring`,
    deployRole: `${prefix}-deploy-role`,
  };
}
