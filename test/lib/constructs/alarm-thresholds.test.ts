import { removeAssemblies, synthesise } from '../synthesis';
import { type Alarm, alarmsOf, withEveryChoice } from './alarms-by-heading';

afterAll(removeAssemblies);

const watched = synthesise(withEveryChoice);

/** Heading, comparison, threshold, what silence means, and for how many seconds. */
const goesOff = [
  // Silence is bad news: nobody answers, or nothing arrives.
  ['No task is healthy', 'LessThanThreshold', 1, 'breaching', 3 * 60],
  ['No event has arrived', 'LessThanThreshold', 1, 'breaching', 12 * 3_600],
  ['Too few tasks are healthy', 'LessThanThreshold', 2, 'notBreaching', 15 * 60],
  ['The certificate expires', 'LessThanThreshold', 21, 'notBreaching', 24 * 3_600],
  ['Answers are slow', 'GreaterThanOrEqualToThreshold', 5, 'notBreaching', 15 * 60],
  ['Events wait to be handled', 'GreaterThanOrEqualToThreshold', 900, 'notBreaching', 3 * 60],
  ['Messages wait to be published', 'GreaterThanOrEqualToThreshold', 300, 'notBreaching', 3 * 60],
  ['Webhooks are rejected', 'GreaterThanOrEqualToThreshold', 5, 'notBreaching', 3_600],
  // A reading of the night stands until the next one.
  ['The trial balance is not zero', 'GreaterThanOrEqualToThreshold', 1, 'ignore', 60],
  ['Reconciliation differences', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 24 * 3_600],
  // No reading is below 0: only their absence turns it red.
  ['The service takes no readings', 'LessThanThreshold', 0, 'breaching', 15 * 60],
  // Aurora says its size at intervals, and nothing while it is paused.
  ['The database grows', 'GreaterThanOrEqualToThreshold', 200 * 1024 ** 3, 'ignore', 3 * 3_600],
  ['A request came in by plain HTTP', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['There are dead letters', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['The load balancer answers 5xx', 'GreaterThanOrEqualToThreshold', 5, 'notBreaching', 300],
  ['The service answers 5xx', 'GreaterThanOrEqualToThreshold', 5, 'notBreaching', 300],
  ['Tasks are unhealthy', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['Events failed', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 60],
  ['Messages set aside', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 60],
  ['The stored catalogue is not sold', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['An amount is not what was sold', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['Reconciliation failed', 'GreaterThanOrEqualToThreshold', 3, 'notBreaching', 3 * 3_600],
  [
    'The previous webhook secret is in use',
    'GreaterThanOrEqualToThreshold',
    1,
    'notBreaching',
    3_600,
  ],
  ['API version drift', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 3_600],
  ['Unreadable envelopes', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['The queue is not read', 'GreaterThanOrEqualToThreshold', 900, 'notBreaching', 300],
  ['The database is at its capacity', 'GreaterThanOrEqualToThreshold', 90, 'notBreaching', 900],
  // Twice the four tasks of a rolling deployment, with ten connections each.
  [
    'The database has too many connections',
    'GreaterThanOrEqualToThreshold',
    80,
    'notBreaching',
    900,
  ],
] as const;

describe('I12: when alarms go off', () => {
  test.each(goesOff)(
    'I12: "%s" is %s %d, missing data %s, for %d s',
    (heading, operator, threshold, missing, seconds) => {
      const alarm = alarmsOf(watched).get(heading);
      expect(alarm).toMatchObject({
        ComparisonOperator: operator,
        Threshold: threshold,
        TreatMissingData: missing,
      });
      expect(periodOf(alarm) * Number(alarm?.EvaluationPeriods)).toBe(seconds);
    },
  );

  test('I12: when each of them goes off is said, down to the last', () => {
    const said = goesOff.map(([heading]) => heading as string);
    expect(said.sort()).toEqual([...alarmsOf(watched).keys()].sort());
  });
});

/** The seconds of an alarm's period, an expression's included. */
function periodOf(alarm: Alarm | undefined): number {
  const [inExpression] =
    alarm?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Period ?? []) ?? [];
  return Number(alarm?.Period ?? inExpression);
}
