import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { CanaryTargets } from './canary-targets';
import type { HttpsEdge } from './https-edge';

/**
 * What the load balancer measures of the tasks. A canary has them in two target groups, by turns and
 * at times in both, so that only the two together say something of the service.
 */
export class TaskMetrics {
  constructor(
    private readonly edge: HttpsEdge,
    private readonly canary: CanaryTargets | undefined,
  ) {}

  /** What adds up: tasks, answers. */
  sum(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.IMetric {
    return this.together(metricName, options, 'FILL(first, 0) + FILL(second, 0)');
  }

  /** What does not: the worse of the two. */
  worst(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.IMetric {
    return this.together(metricName, options, 'MAX([first, second])');
  }

  private together(
    metricName: string,
    options: cloudwatch.MetricOptions,
    expression: string,
  ): cloudwatch.IMetric {
    const first = this.edge.targetMetric(metricName, options);
    if (this.canary === undefined) return first;
    const second = this.canary.targetMetric(metricName, options);
    return new cloudwatch.MathExpression({
      expression,
      label: `${metricName} ${first.statistic}`,
      period: first.period,
      usingMetrics: { first, second },
    });
  }
}
