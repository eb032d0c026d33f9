import type { EnvironmentFile } from '../configuration/load-environment';

/**
 * Development: small, test keys. Replace what says example.com. The database may pause, but only
 * while no task runs: the service asks it for work every second or two.
 */
const dev: EnvironmentFile = {
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'billing.dev.example.com',
  allowedOrigins: ['https://app.dev.example.com', 'http://localhost:3000'],
  logLevel: 'debug',
  logRetentionDays: 14,
  database: { minimumCapacityUnits: 0, maximumCapacityUnits: 2 },
};

export default dev;
