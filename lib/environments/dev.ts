import type { EnvironmentFile } from '../configuration/load-environment';

/**
 * Development: small, test keys, and as cheap as it can be (docs/cost.md): tasks on spare capacity with
 * public addresses in place of a NAT gateway. Replace what says example.com. The database pauses
 * while there is nothing to do.
 */
const dev: EnvironmentFile = {
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'billing.dev.example.com',
  allowedOrigins: ['https://app.dev.example.com', 'http://localhost:3000'],
  nat: 'none',
  tasks: { spot: true, maximum: 1 },
  containerInsights: false,
  logLevel: 'debug',
  logRetentionDays: 14,
  database: { minimumCapacityUnits: 0, maximumCapacityUnits: 2 },
};

export default dev;
