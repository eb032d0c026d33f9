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
    return this.together(metricName, options, (a, b) => `FILL(${a}, 0) + FILL(${b}, 0)`);
  }

  /** What does not: the worse of the two. */
  worst(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.IMetric {
    return this.together(metricName, options, (a, b) => `MAX([${a}, ${b}])`);
  }

  private together(
    metricName: string,
    options: cloudwatch.MetricOptions,
    expression: (first: string, second: string) => string,
  ): cloudwatch.IMetric {
    const metric = this.edge.targetMetric(metricName, options);
    if (this.canary === undefined) return metric;
    // One graph may show several: the ids say whose they are.
    const idIn = (group: string) => `${group}_${metricName}_${metric.statistic}`;
    const [first, second] = [idIn('first'), idIn('second')] as const;
    return new cloudwatch.MathExpression({
      expression: expression(first, second),
      label: `${metricName} ${metric.statistic}`,
      period: metric.period,
      usingMetrics: {
        [first]: metric,
        [second]: this.canary.targetMetric(metricName, options),
      },
    });
  }
}
