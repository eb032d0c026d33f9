import type { EnvironmentFile } from '../configuration/load-environment';

/** Staging: production's shape at a smaller size, test keys. Replace what says example.com. */
const staging: EnvironmentFile = {
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'billing.staging.example.com',
  allowedOrigins: ['https://app.staging.example.com'],
  tasks: { minimum: 2 },
};

export default staging;
