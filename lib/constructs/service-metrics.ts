import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { type metrics, metricsDimension, metricsNamespace } from '../../service/contract';

type Name = (typeof metrics)[keyof typeof metrics];

/** What the service says of itself, under the name of its project and environment. */
export class ServiceMetrics {
  /** @param prefix what the container is told as ENVIRONMENT_NAME, such as `tollgate-prod` */
  constructor(private readonly prefix: string) {}

  /** How often something happened in a period. */
  count(metricName: Name, period: Duration): cloudwatch.Metric {
    return this.metric(metricName, 'Sum', period);
  }

  /** The highest reading of a period; one is taken each minute. */
  reading(metricName: Name, period: Duration = Duration.minutes(1)): cloudwatch.Metric {
    return this.metric(metricName, 'Maximum', period);
  }

  private metric(metricName: Name, statistic: string, period: Duration): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: metricsNamespace,
      metricName,
      dimensionsMap: { [metricsDimension]: this.prefix },
      statistic,
      period,
    });
  }
}
