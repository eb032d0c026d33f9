import type { Activity } from '../activity';
import type { CatalogueFollower } from '../catalogue/following';
import { metrics as names } from '../contract';
import type { Metrics } from '../metrics';
import type { Database } from '../store/database';
import { type Backlog, readBacklog } from '../store/readings';

/** What the readings are made with; `last` is kept from one to the next. */
interface MetricsOptions {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly last: { backlog?: Backlog };
  /** Given where the catalogue is stored outside of the image. */
  readonly follower?: Pick<CatalogueFollower, 'state'> | undefined;
}

/**
 * Reads how the inbox and the outbox stand, and writes the metrics of the last minute. When the
 * database is away the counts are written all the same, and the readings are missing: an alarm on
 * missing data is what tells of that. While it may rest, what was read last still holds: nothing has
 * come in since.
 */
export async function writeMetrics({
  database,
  metrics,
  activity,
  last,
  follower,
}: MetricsOptions): Promise<void> {
  try {
    if (follower !== undefined) {
      metrics.gauge(names.catalogueRefused, follower.state.status === 'current' ? 0 : 1);
    }
    if (!activity.isResting) last.backlog = await readBacklog(database);
    const { backlog } = last;
    if (backlog === undefined) return;
    metrics.gauge(names.eventsFailed, backlog.eventsFailed);
    metrics.gauge(names.oldestPendingEventSeconds, backlog.oldestPendingEventSeconds);
    metrics.gauge(names.outboxLagSeconds, backlog.outboxLagSeconds);
    metrics.gauge(names.messagesSetAside, backlog.messagesSetAside);
  } finally {
    metrics.flush();
  }
}
