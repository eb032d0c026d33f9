import { metrics as names } from '../contract';
import type { Metrics } from '../metrics';
import type { Database } from '../store/database';
import { readBacklog } from '../store/readings';

/**
 * Reads how the inbox and the outbox stand, and writes the metrics of the last minute. When the
 * database is away the counts are written all the same, and the readings are missing: an alarm on
 * missing data is what tells of that.
 */
export async function writeMetrics({
  database,
  metrics,
}: {
  readonly database: Database;
  readonly metrics: Metrics;
}): Promise<void> {
  try {
    const backlog = await readBacklog(database);
    metrics.gauge(names.eventsFailed, backlog.eventsFailed);
    metrics.gauge(names.oldestPendingEventSeconds, backlog.oldestPendingEventSeconds);
    metrics.gauge(names.outboxLagSeconds, backlog.outboxLagSeconds);
    metrics.gauge(names.messagesSetAside, backlog.messagesSetAside);
  } finally {
    metrics.flush();
  }
}
