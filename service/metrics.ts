import { metrics as metricNames, metricsDimension, metricsNamespace } from './contract';
import type { Log } from './log';

export type MetricName = (typeof metricNames)[keyof typeof metricNames];

/** What is counted in passing, by those who see it happen. */
export interface Counter {
  count(name: MetricName): void;
}

/** Counts what was refused for an amount that is not what was sold, by whichever way it came in. */
export function countRefusal(counter: Counter, { code }: { readonly code: string }): void {
  if (code === 'checkout_amount_mismatch') counter.count(metricNames.amountMismatches);
}

/**
 * Collects counts and gauges, and writes them to the log once a minute as one line in CloudWatch's
 * embedded metric format, from which CloudWatch makes metrics:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * A line per occurrence, as AWS's library writes it, would be thousands a second.
 */
export class Metrics implements Counter {
  private readonly counts = new Map<MetricName, number>();
  private readonly gauges = new Map<MetricName, number>();
  private readonly log: Log;

  /** @param log written to at the level info, whatever its own level is, unless it is silent */
  constructor(
    log: Log,
    private readonly environmentName: string,
    private readonly nowMillis: () => number,
  ) {
    this.log = log.level === 'silent' ? log : log.child({}, { level: 'info' });
  }

  count(name: MetricName): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Sets what a quantity is now; it is written once, with the next line. */
  gauge(name: MetricName, value: number): void {
    this.gauges.set(name, value);
  }

  /** Writes what has come together, and starts again from nothing. */
  flush(): void {
    const values = { ...Object.fromEntries(this.counts), ...Object.fromEntries(this.gauges) };
    if (Object.keys(values).length === 0) return;
    const described = Object.keys(values).map((name) => ({
      Name: name,
      Unit: name.endsWith('Seconds') ? 'Seconds' : 'Count',
    }));
    this.counts.clear();
    this.gauges.clear();
    this.log.info(
      {
        _aws: {
          Timestamp: this.nowMillis(),
          CloudWatchMetrics: [
            {
              Namespace: metricsNamespace,
              Dimensions: [[metricsDimension]],
              Metrics: described,
            },
          ],
        },
        [metricsDimension]: this.environmentName,
        ...values,
      },
      'metrics',
    );
  }
}
