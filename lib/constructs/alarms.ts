import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { metrics } from '../../service/contract';
import { databaseAlarms } from './database-alarms';
import type { HttpsEdge } from './https-edge';
import type { LedgerDatabase } from './ledger-database';
import type { PaymentsService } from './payments-service';
import { RunbookAlarm, type Watched } from './runbook-alarm';
import type { ServiceMetrics } from './service-metrics';
import type { StripeEventQueue } from './stripe-event-queue';

export interface AlarmsProps {
  /** What the load balancer measures. */
  readonly edge: HttpsEdge;
  /** What is measured of the tasks. */
  readonly payments: PaymentsService;
  /** What the service says of itself. */
  readonly serviceMetrics: ServiceMetrics;
  /**
   * The cluster.
   * @default - the database is somebody else's, and watched there
   */
  readonly database?: LedgerDatabase | undefined;
  /**
   * The second way in.
   * @default - there is none to watch
   */
  readonly stripeEventQueue?: StripeEventQueue | undefined;
  /** Who is told. */
  readonly topic: sns.ITopic;
  /** The bounds of autoscaling in the environment's file, which no flag moves. */
  readonly tasks: { readonly minimum: number; readonly maximum: number };
  /** After how many hours without an event somebody is told; 0 for never. */
  readonly quietHours: number;
  /**
   * Whether the catalogue is stored outside of the image, where somebody may store a bad one.
   * @default false
   */
  readonly storesCatalogue?: boolean | undefined;
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);
const hour = Duration.hours(1);

/** What wakes somebody, each with its heading in docs/runbook.md. */
export class Alarms extends Construct {
  /** All of them, for the dashboard. */
  readonly alarms: Alarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    this.watchEdge(props);
    this.watchTasks(props);
    this.watchEvents(props);
    this.watchMoney(props);
    this.watchReconciliation(props);
    this.watchWhatStripeSends(props);
    this.watchDatabase(props);
    this.watchQueue(props);
  }

  private alarm(id: string, rest: Watched): void {
    this.alarms.push(new RunbookAlarm(this, id, { topic: this.props.topic, ...rest }).alarm);
  }

  private watchEdge({ edge, serviceMetrics }: AlarmsProps): void {
    this.alarm('PlainHttp', {
      heading: 'A request came in by plain HTTP',
      description: 'Port 80 forwarded a request to the service without TLS in the last 5 minutes.',
      metric: serviceMetrics.count(metrics.plainHttpRequests, fiveMinutes),
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('LoadBalancerErrors', {
      heading: 'The load balancer answers 5xx',
      description: 'The load balancer answered 5 or more requests with 5xx in 5 minutes.',
      metric: edge.loadBalancer.metrics.custom('HTTPCode_ELB_5XX_Count', {
        statistic: 'Sum',
        period: fiveMinutes,
      }),
      threshold: 5,
      evaluationPeriods: 1,
    });
    if (edge.certificate === undefined) return;
    this.alarm('CertificateExpiry', {
      heading: 'The certificate expires',
      description: 'The certificate expires in less than 21 days and has not been renewed.',
      metric: edge.certificate.metricDaysToExpiry(),
      threshold: 21,
      goesOffBelow: true,
      evaluationPeriods: 1,
    });
  }

  private watchTasks({ payments, tasks }: AlarmsProps): void {
    // A task that is gone is not unhealthy: it is not counted at all. This stack comes after the
    // service is steady, and three minutes are longer than the first count takes to appear, so that
    // the alarm is not red when it is made.
    this.alarm('NoHealthyTask', {
      heading: 'No task is healthy',
      description: 'For 3 minutes no healthy task was registered: nobody answers.',
      metric: payments.metrics.sum('HealthyHostCount', { statistic: 'Maximum', period: minute }),
      threshold: 1,
      goesOffBelow: true,
      evaluationPeriods: 3,
      missingData: 'alarming',
    });
    if (tasks.minimum > 1) {
      this.alarm('TooFewTasks', {
        heading: 'Too few tasks are healthy',
        description: `For 15 minutes fewer than ${tasks.minimum} tasks were healthy.`,
        metric: payments.metrics.sum('HealthyHostCount', { statistic: 'Minimum', period: minute }),
        threshold: tasks.minimum,
        goesOffBelow: true,
        evaluationPeriods: 15,
      });
    }
    this.alarm('UnhealthyTasks', {
      heading: 'Tasks are unhealthy',
      description: 'A task failed the health check of the load balancer for 5 minutes.',
      metric: payments.metrics.sum('UnHealthyHostCount', { statistic: 'Maximum', period: minute }),
      threshold: 1,
      evaluationPeriods: 5,
    });
    this.alarm('SlowAnswers', {
      heading: 'Answers are slow',
      description: 'For 15 minutes one request in a hundred took 5 s or more.',
      metric: payments.metrics.worst('TargetResponseTime', {
        statistic: 'p99',
        period: fiveMinutes,
      }),
      threshold: 5,
      evaluationPeriods: 3,
    });
  }

  private watchEvents({ quietHours, serviceMetrics }: AlarmsProps): void {
    // They come from the database, which neither the health check nor a webhook that is seldom called
    // tells of. Each task takes them every minute, so that the alarm is not red when it is made.
    this.alarm('NoReadings', {
      heading: 'The service takes no readings',
      description: 'For 15 minutes no task could read from the database how the events stand.',
      metric: serviceMetrics.reading(metrics.eventsFailed, fiveMinutes),
      threshold: 0,
      goesOffBelow: true,
      evaluationPeriods: 3,
      missingData: 'alarming',
    });
    this.alarm('EventsFailed', {
      heading: 'Events failed',
      description: 'One or more events were given up; nothing of them was applied.',
      metric: serviceMetrics.reading(metrics.eventsFailed),
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('EventsWait', {
      heading: 'Events wait to be handled',
      description: 'The oldest event that is not handled yet has waited for 15 minutes or more.',
      metric: serviceMetrics.reading(metrics.oldestPendingEventSeconds),
      threshold: 15 * 60,
      evaluationPeriods: 3,
    });
    this.alarm('OutboxLag', {
      heading: 'Messages wait to be published',
      description: 'The oldest message that is not published yet has waited for 5 minutes or more.',
      metric: serviceMetrics.reading(metrics.outboxLagSeconds),
      threshold: 5 * 60,
      evaluationPeriods: 3,
    });
    this.alarm('MessagesSetAside', {
      heading: 'Messages set aside',
      description: 'One or more messages could not be published and were set aside.',
      metric: serviceMetrics.reading(metrics.messagesSetAside),
      threshold: 1,
      evaluationPeriods: 1,
    });
    if (quietHours === 0) return;
    this.alarm('Quiet', {
      heading: 'No event has arrived',
      description: `For ${quietHours} hours no event of Stripe's was accepted, by any way in.`,
      metric: serviceMetrics.count(metrics.eventsReceived, hour),
      threshold: 1,
      goesOffBelow: true,
      evaluationPeriods: quietHours,
      missingData: 'alarming',
    });
  }

  private watchMoney({ serviceMetrics, storesCatalogue = false }: AlarmsProps): void {
    if (storesCatalogue) {
      this.alarm('CatalogueRefused', {
        heading: 'The stored catalogue is not sold',
        description:
          'For 5 minutes what is stored as the catalogue could not be read or has faults; the last good ' +
          'one is sold.',
        metric: serviceMetrics.reading(metrics.catalogueRefused),
        threshold: 1,
        evaluationPeriods: 5,
      });
    }
    this.alarm('AmountMismatch', {
      heading: 'An amount is not what was sold',
      description: 'A payment was refused because its amount or currency is not what was sold.',
      metric: serviceMetrics.count(metrics.amountMismatches, fiveMinutes),
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('TrialBalance', {
      heading: 'The trial balance is not zero',
      description: 'The balance of one or more accounts is not the sum of their transfers.',
      // Read by the nightly reconciliation and not in between: red until it finds nothing.
      metric: serviceMetrics.reading(metrics.trialBalanceDifferences),
      threshold: 1,
      evaluationPeriods: 1,
      missingData: 'unchanged',
    });
  }

  private watchReconciliation({ serviceMetrics }: AlarmsProps): void {
    this.alarm('ReconciliationDifferences', {
      heading: 'Reconciliation differences',
      description: 'Reconciliation found a difference between Stripe and the ledger that remains.',
      // Found at night, to be seen by day.
      metric: serviceMetrics.count(metrics.reconciliationDifferences, hour),
      threshold: 1,
      evaluationPeriods: 24,
      periodsToAlarm: 1,
    });
    // What fails is tried again: after a minute, or a quarter of an hour where it takes long.
    this.alarm('ReconciliationFailed', {
      heading: 'Reconciliation failed',
      description: 'For 3 hours a reconciliation with Stripe has failed 3 times an hour or more.',
      metric: serviceMetrics.count(metrics.reconciliationsFailed, hour),
      threshold: 3,
      evaluationPeriods: 3,
    });
  }

  private watchWhatStripeSends({ serviceMetrics }: AlarmsProps): void {
    this.alarm('WebhooksRejected', {
      heading: 'Webhooks are rejected',
      description: 'The webhook refused 5 or more deliveries with 400 in an hour.',
      metric: serviceMetrics.count(metrics.webhooksRejected, hour),
      threshold: 5,
      evaluationPeriods: 1,
    });
    this.alarm('PreviousSecret', {
      heading: 'The previous webhook secret is in use',
      description: 'A delivery was signed with the previous webhook secret alone.',
      metric: serviceMetrics.count(metrics.previousSecretSignatures, hour),
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('ApiVersionDrift', {
      heading: 'API version drift',
      description: 'An event arrived in an API version that this release was not written against.',
      metric: serviceMetrics.count(metrics.apiVersionDrift, hour),
      threshold: 1,
      evaluationPeriods: 1,
    });
  }

  private watchDatabase({ database, tasks }: AlarmsProps): void {
    if (database === undefined) return;
    for (const [id, rest] of databaseAlarms(database, tasks.maximum)) this.alarm(id, rest);
  }

  private watchQueue({ serviceMetrics, stripeEventQueue }: AlarmsProps): void {
    if (stripeEventQueue === undefined) return;
    const { deadLetterQueue, queue } = stripeEventQueue;
    this.alarm('UnreadableEnvelopes', {
      heading: 'Unreadable envelopes',
      description: 'The service could not read a message of the queue and put it aside.',
      metric: serviceMetrics.count(metrics.unreadableEnvelopes, fiveMinutes),
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('DeadLetters', {
      heading: 'There are dead letters',
      description: 'The dead-letter queue of the second way in holds one or more messages.',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: fiveMinutes,
      }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    this.alarm('QueueWaits', {
      heading: 'The queue is not read',
      description: 'The oldest event in the queue has waited for 15 minutes or more.',
      metric: queue.metricApproximateAgeOfOldestMessage({
        statistic: 'Maximum',
        period: fiveMinutes,
      }),
      threshold: 15 * 60,
      evaluationPeriods: 1,
    });
  }
}
