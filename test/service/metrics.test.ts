import { pino } from 'pino';
import { Metrics } from '../../service/metrics';

/** The lines that a log at this level writes. */
function collect(level: string) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level, base: null }, { write: (line) => lines.push(JSON.parse(line)) });
  return { lines, metrics: new Metrics(log, 'staging', () => 1_790_000_000_000) };
}

test('S22: counts and readings are one line in the embedded metric format', () => {
  const { lines, metrics } = collect('info');
  metrics.count('EventsReceived');
  metrics.count('EventsReceived');
  metrics.gauge('OutboxLagSeconds', 7);
  metrics.flush();
  expect(lines).toEqual([
    expect.objectContaining({
      _aws: {
        Timestamp: 1_790_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Tollgate',
            Dimensions: [['Environment']],
            Metrics: [
              { Name: 'EventsReceived', Unit: 'Count' },
              { Name: 'OutboxLagSeconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      Environment: 'staging',
      EventsReceived: 2,
      OutboxLagSeconds: 7,
    }),
  ]);
});

test('S22: what was written is not written again, and nothing is written of nothing', () => {
  const { lines, metrics } = collect('info');
  metrics.count('WebhooksRejected');
  metrics.gauge('EventsFailed', 3);
  metrics.flush();
  metrics.flush();
  expect(lines).toHaveLength(1);
});

test('S22: metrics are written whatever the level of the log, but to no silent one', () => {
  const quiet = collect('error');
  const silent = collect('silent');
  for (const { metrics } of [quiet, silent]) {
    metrics.count('EventsReceived');
    metrics.flush();
  }
  expect(quiet.lines).toHaveLength(1);
  expect(silent.lines).toHaveLength(0);
});
