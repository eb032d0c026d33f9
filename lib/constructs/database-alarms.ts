import { Duration } from 'aws-cdk-lib';
import { databasePoolMax } from './container-configuration';
import type { LedgerDatabase } from './ledger-database';
import type { Watched } from './runbook-alarm';

const fiveMinutes = Duration.minutes(5);

/** 1 GiB, in bytes. */
const gibibyte = 1024 ** 3;

/**
 * What wakes somebody of the cluster.
 * @param mostTasks the environment file's maximum, which no flag moves
 */
export function databaseAlarms(
  { cluster }: LedgerDatabase,
  mostTasks: number,
): readonly (readonly [id: string, Watched])[] {
  // While a deployment rolls, twice the tasks are there; more connections are somebody else's.
  const mostConnections = 2 * mostTasks * databasePoolMax;
  return [
    [
      'DatabaseCapacity',
      {
        heading: 'The database is at its capacity',
        description: 'The database used 90 % or more of its maximum capacity for 15 minutes.',
        metric: cluster.metricACUUtilization({ statistic: 'Maximum', period: fiveMinutes }),
        threshold: 90,
        evaluationPeriods: 3,
      },
    ],
    [
      'DatabaseConnections',
      {
        heading: 'The database has too many connections',
        description: `The database had ${mostConnections} or more connections for 15 minutes.`,
        metric: cluster.metricDatabaseConnections({ statistic: 'Maximum', period: fiveMinutes }),
        threshold: mostConnections,
        evaluationPeriods: 3,
      },
    ],
    [
      'DatabaseStorage',
      {
        heading: 'The database grows',
        description: 'The database stores 200 GiB or more.',
        // Aurora grows to terabytes by itself. Handled events are pruned and a transfer is some 200
        // bytes: this much is a billion of them, or something that grows and should not.
        metric: cluster.metricVolumeBytesUsed({
          statistic: 'Maximum',
          period: Duration.hours(3),
        }),
        threshold: 200 * gibibyte,
        evaluationPeriods: 1,
        // Measured at intervals, with an hour now and then without a reading, and not while the
        // cluster is paused: without this, the alarm would come and go.
        // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
        missingData: 'unchanged',
      },
    ],
  ];
}
