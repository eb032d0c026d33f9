import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metrics } from '../../service/contract';
import type { HttpsEdge } from './https-edge';
import type { LedgerDatabase } from './ledger-database';
import type { PaymentsService } from './payments-service';
import type { ServiceMetrics } from './service-metrics';
import type { StripeEventQueue } from './stripe-event-queue';

export interface OperationsDashboardProps {
  /** The dashboard's name, one of its own in the region. */
  readonly dashboardName: string;
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
   * @default - there is none to show
   */
  readonly stripeEventQueue?: StripeEventQueue | undefined;
  /** Shown first, red or green. */
  readonly alarms: readonly cloudwatch.IAlarm[];
}

const minute = Duration.minutes(1);
const sum = { statistic: 'Sum', period: minute };
const most = { statistic: 'Maximum', period: minute };

/** CloudWatch's grid is 24 wide: three graphs a row. */
const graph = (title: string, ...left: cloudwatch.IMetric[]) =>
  new cloudwatch.GraphWidget({ title, left, width: 8, height: 6 });

/** One page: what is red, what comes in, what becomes of it, and who does the work. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      widgets: [
        [
          new cloudwatch.AlarmStatusWidget({
            title: 'Alarms',
            alarms: [...props.alarms],
            width: 24,
            height: 4,
          }),
        ],
        requests(props),
        events(props.serviceMetrics),
        money(props.serviceMetrics),
        work(props),
        [...database(props.database), ...queue(props.stripeEventQueue)],
        [
          new cloudwatch.LogQueryWidget({
            title: 'Warnings and errors of the last hours',
            logGroupNames: [props.payments.logGroup.logGroupName],
            queryLines: [
              'fields @timestamp, level, msg',
              'filter level in ["warn", "error", "fatal"]',
              'sort @timestamp desc',
              'limit 50',
            ],
            width: 24,
            height: 6,
          }),
        ],
      ],
    });
    // cfn-lint does not know Fn::GetStackOutput inside Fn::Join yet, which names the load balancer.
    const resource = dashboard.node.defaultChild as cloudwatch.CfnDashboard;
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E1022'] } });
  }
}

function requests({ edge, payments }: OperationsDashboardProps): cloudwatch.IWidget[] {
  return [
    graph('Requests', edge.loadBalancer.metrics.requestCount(sum)),
    graph(
      'Answers 5xx',
      edge.loadBalancer.metrics.custom('HTTPCode_ELB_5XX_Count', sum),
      payments.metrics.sum('HTTPCode_Target_5XX_Count', sum),
    ),
    graph(
      'Time to answer (s)',
      payments.metrics.worst('TargetResponseTime', { statistic: 'p50' }),
      payments.metrics.worst('TargetResponseTime', { statistic: 'p99' }),
    ),
  ];
}

function events(service: ServiceMetrics): cloudwatch.IWidget[] {
  return [
    graph(
      'Events',
      service.count(metrics.eventsReceived, minute),
      service.count(metrics.webhooksRejected, minute),
      service.reading(metrics.eventsFailed),
    ),
    graph(
      'Waiting (s)',
      service.reading(metrics.oldestPendingEventSeconds),
      service.reading(metrics.outboxLagSeconds),
    ),
    graph(
      'What Stripe sends',
      service.count(metrics.previousSecretSignatures, minute),
      service.count(metrics.apiVersionDrift, minute),
      service.count(metrics.unreadableEnvelopes, minute),
      service.count(metrics.plainHttpRequests, minute),
    ),
  ];
}

function money(service: ServiceMetrics): cloudwatch.IWidget[] {
  return [
    graph(
      'What is sold',
      service.count(metrics.amountMismatches, minute),
      service.reading(metrics.catalogueRefused),
    ),
    graph(
      'Ledger',
      service.reading(metrics.trialBalanceDifferences),
      service.count(metrics.reconciliationDifferences, minute),
      service.count(metrics.reconciliationsFailed, minute),
    ),
    graph('Messages set aside', service.reading(metrics.messagesSetAside)),
  ];
}

function work({ payments }: OperationsDashboardProps): cloudwatch.IWidget[] {
  return [
    graph(
      'Tasks',
      payments.metrics.sum('HealthyHostCount', most),
      payments.metrics.sum('UnHealthyHostCount', most),
    ),
    graph(
      'Task load (%)',
      payments.service.metricCpuUtilization(),
      payments.service.metricMemoryUtilization(),
    ),
  ];
}

function database(ledger: LedgerDatabase | undefined): cloudwatch.IWidget[] {
  if (ledger === undefined) return [];
  return [
    graph('Database capacity (%)', ledger.cluster.metricACUUtilization()),
    graph('Database connections', ledger.cluster.metricDatabaseConnections()),
  ];
}

function queue(second: StripeEventQueue | undefined): cloudwatch.IWidget[] {
  if (second === undefined) return [];
  return [
    graph(
      'The second way in',
      second.queue.metricApproximateNumberOfMessagesVisible(),
      second.deadLetterQueue.metricApproximateNumberOfMessagesVisible(),
    ),
  ];
}
