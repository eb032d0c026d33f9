import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic';
import type { HttpsEdge } from './https-edge';
import type { LedgerDatabase } from './ledger-database';
import { databasePoolMax } from './payments-service';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm';

export interface AlarmsProps {
  readonly edge: HttpsEdge;
  readonly database: LedgerDatabase;
  /** Who is told. */
  readonly topic: AlarmTopic;
  /** The most tasks that autoscaling allows. */
  readonly mostTasks: number;
}

const period = Duration.minutes(5);

/** What wakes somebody, each with its heading in docs/runbook.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { cluster } = props.database;
    const { metrics } = props.edge.loadBalancer;
    const alarm = (id: string, rest: Omit<RunbookAlarmProps, 'topic'>) =>
      new RunbookAlarm(this, id, { topic: props.topic, ...rest });

    alarm('LoadBalancerErrors', {
      heading: 'The load balancer answers 5xx',
      description: 'The load balancer answered 5 or more requests with 5xx in 5 minutes.',
      metric: metrics.custom('HTTPCode_ELB_5XX_Count', { statistic: 'Sum', period }),
      threshold: 5,
      evaluationPeriods: 1,
    });
    alarm('ServiceErrors', {
      heading: 'The service answers 5xx',
      description: 'The service answered 5 or more requests with 5xx in 5 minutes.',
      metric: props.edge.targetMetric('HTTPCode_Target_5XX_Count', { statistic: 'Sum', period }),
      threshold: 5,
      evaluationPeriods: 1,
    });
    // A task that is gone is not unhealthy: it is not counted at all.
    alarm('NoHealthyTask', {
      heading: 'No task is healthy',
      description: 'For 2 minutes no healthy task was registered: nobody answers.',
      metric: props.edge.targetMetric('HealthyHostCount', {
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      goesOffBelow: true,
      evaluationPeriods: 2,
      missingDataIsAlarming: true,
    });
    alarm('UnhealthyTasks', {
      heading: 'Tasks are unhealthy',
      description: 'A task failed the health check of the load balancer for 5 minutes.',
      metric: props.edge.targetMetric('UnHealthyHostCount', {
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 5,
    });
    alarm('DatabaseCapacity', {
      heading: 'The database is at its capacity',
      description: 'The database used 90 % or more of its maximum capacity for 15 minutes.',
      metric: cluster.metricACUUtilization({ statistic: 'Maximum', period }),
      threshold: 90,
      evaluationPeriods: 3,
    });
    // While a deployment rolls, twice the tasks are there; more connections are somebody else's.
    const mostConnections = 2 * props.mostTasks * databasePoolMax;
    alarm('DatabaseConnections', {
      heading: 'The database has too many connections',
      description: `The database had ${mostConnections} or more connections for 15 minutes.`,
      metric: cluster.metricDatabaseConnections({ statistic: 'Maximum', period }),
      threshold: mostConnections,
      evaluationPeriods: 3,
    });
  }
}
