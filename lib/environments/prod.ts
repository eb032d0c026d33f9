import type { EnvironmentFile } from '../configuration/load-environment';

/** Production: real money, three zones, everything retained. Replace what says example.com. */
const prod: EnvironmentFile = {
  production: true,
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  nat: 'perZone',
  flowLogs: 'all',
  domainName: 'billing.example.com',
  allowedOrigins: ['https://app.example.com'],
  stripeMode: 'live',
  logRetentionDays: 365,
  tasks: { cpuUnits: 1024, memoryMiB: 2048, minimum: 3, maximum: 12 },
  database: {
    minimumCapacityUnits: 1,
    maximumCapacityUnits: 16,
    readers: 1,
    backupRetentionDays: 35,
  },
};

export default prod;
