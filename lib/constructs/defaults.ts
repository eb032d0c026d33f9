/**
 * What holds where nobody says otherwise, said once: the environment file's schema and the props of the
 * constructs name these as their defaults. It imports nothing, so that a file can be read without the CDK.
 */
export const defaults = {
  network: { vpcCidr: '10.0.0.0/16', zoneCount: 2, nat: 'single', flowLogs: 'rejected' },
  database: {
    minimumCapacityUnits: 0.5,
    maximumCapacityUnits: 4,
    readers: 0,
    backupRetentionDays: 7,
  },
  tasks: {
    cpuUnits: 512,
    memoryMiB: 1024,
    minimum: 1,
    maximum: 4,
    spot: false,
    startMinutes: 20,
  },
  firewall: { requestsPerFiveMinutes: 2_000 },
  frontEnd: { port: 3000, healthPath: '/', cpuUnits: 256, memoryMiB: 512, taskCount: 1 },
  stripeMode: 'test',
  currencies: ['usd'],
  /** The page for buyers who have paid, and who gave up. */
  page: '/',
  logLevel: 'info',
  logRetentionDays: 90,
  /** The first of the priorities of our rules in a listener that others have rules in. */
  firstRulePriority: 1_000,
} as const;
