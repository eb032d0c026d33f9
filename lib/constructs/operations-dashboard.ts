import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { HttpsEdge } from './https-edge';
import type { LedgerDatabase } from './ledger-database';
import type { PaymentsService } from './payments-service';

export interface OperationsDashboardProps {
  readonly dashboardName: string;
  readonly edge: HttpsEdge;
  readonly payments: PaymentsService;
  readonly database: LedgerDatabase;
}

/** One page: what comes in, how it is answered, who answers it, and what the database makes of it. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { database, edge, payments } = props;
    const sum = { statistic: 'Sum', period: Duration.minutes(1) };
    const most = { statistic: 'Maximum', period: Duration.minutes(1) };
    const graph = (title: string, ...left: cloudwatch.IMetric[]) =>
      new cloudwatch.GraphWidget({ title, left, width: 8, height: 6 });
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      widgets: [
        [
          graph('Requests', edge.loadBalancer.metrics.requestCount(sum)),
          graph(
            'Answers 5xx',
            edge.loadBalancer.metrics.custom('HTTPCode_ELB_5XX_Count', sum),
            edge.targetMetric('HTTPCode_Target_5XX_Count', sum),
          ),
          graph(
            'Time to answer (s)',
            edge.targetMetric('TargetResponseTime', { statistic: 'p50' }),
            edge.targetMetric('TargetResponseTime', { statistic: 'p99' }),
          ),
        ],
        [
          graph(
            'Tasks',
            edge.targetMetric('HealthyHostCount', most),
            edge.targetMetric('UnHealthyHostCount', most),
          ),
          graph(
            'Task load (%)',
            payments.service.metricCpuUtilization(),
            payments.service.metricMemoryUtilization(),
          ),
          graph('Database capacity (%)', database.cluster.metricACUUtilization()),
        ],
        [
          graph('Database connections', database.cluster.metricDatabaseConnections()),
          new cloudwatch.LogQueryWidget({
            title: 'Warnings and errors of the last hours',
            logGroupNames: [payments.logGroup.logGroupName],
            queryLines: [
              'fields @timestamp, level, msg',
              'filter level in ["warn", "error", "fatal"]',
              'sort @timestamp desc',
              'limit 50',
            ],
            width: 16,
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
