import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics, metricsDimension, metricsNamespace } from '../../service/contract';
import {
  type AlarmMetric,
  alarmsShown,
  emitted,
  isEmitted,
  readByAlarm,
  readByDashboard,
} from './emitted-metrics';
import { shop } from './shop-environment';
import {
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  type Synthesis,
  synthesise,
  toHttps,
} from './synthesis';

afterAll(removeAssemblies);

interface Alarm extends AlarmMetric {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly [property: string]: unknown;
}

/** Production with everything that is watched by choice: second way in, quiet hours, canary. */
const everything = { env: 'shop', environmentFile: `${__dirname}/environments/watched.json` };

const emergency = synthesise({ env: 'prod', ...toHttps, forceHttpForwarding: 'true' });
const plain = synthesise({ env: 'dev', ...toHttps });
const watched = synthesise(everything);
/** With nothing that an environment's file may leave out. */
const production = shop({ production: true, stripeMode: 'live' });
const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

const headingOf = ({ AlarmDescription }: Alarm) =>
  /Runbook: docs\/runbook\.md, "(.+)"\.$/.exec(AlarmDescription)?.[1] ?? '';

/** Every alarm of the four stacks, by its heading. */
function alarmsOf({ templates }: Synthesis): ReadonlyMap<string, Alarm> {
  const all = Object.values(templates).flatMap((template) =>
    Object.values(resourcesOf<Alarm>(template, 'AWS::CloudWatch::Alarm')),
  );
  const byHeading = new Map(all.map(({ Properties }) => [headingOf(Properties), Properties]));
  expect(byHeading.size).toBe(all.length);
  return byHeading;
}

/** What is watched everywhere, and what besides. */
const always = [
  'API version drift',
  'An amount is not what was sold',
  'Answers are slow',
  'Events failed',
  'Events wait to be handled',
  'Messages set aside',
  'Messages wait to be published',
  'No task is healthy',
  'Reconciliation differences',
  'Reconciliation failed',
  'Tasks are unhealthy',
  'The certificate expires',
  'The database grows',
  'The database has too many connections',
  'The database is at its capacity',
  'The load balancer answers 5xx',
  'The previous webhook secret is in use',
  'The service answers 5xx',
  'The service takes no readings',
  'The trial balance is not zero',
  'Webhooks are rejected',
];
const byChoice = [
  'No event has arrived',
  'The queue is not read',
  'There are dead letters',
  'Too few tasks are healthy',
  'Unreadable envelopes',
];

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
  ['There are dead letters', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['The load balancer answers 5xx', 'GreaterThanOrEqualToThreshold', 5, 'notBreaching', 300],
  ['The service answers 5xx', 'GreaterThanOrEqualToThreshold', 5, 'notBreaching', 300],
  ['Tasks are unhealthy', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 300],
  ['Events failed', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 60],
  ['Messages set aside', 'GreaterThanOrEqualToThreshold', 1, 'notBreaching', 60],
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

describe('I12: watching', () => {
  test.each([
    ['dev', plain, always],
    [
      'prod in an emergency',
      emergency,
      [...always, 'Emergency HTTP is on', 'Too few tasks are healthy'],
    ],
    ['an environment with every choice', watched, [...always, ...byChoice]],
  ])(
    'I12: in %s these alarms stand, each under a heading of its own',
    (_name, synthesis, expected) => {
      const named = [...alarmsOf(synthesis).keys()].sort();
      expect(named).toEqual([...expected].sort());
      expect(headings).toEqual(expect.arrayContaining(named));
    },
  );

  test('I12: the runbook has no heading that no alarm names', () => {
    const named = [...alarmsOf(watched).keys(), ...alarmsOf(emergency).keys()];
    expect(headings.filter((heading) => !named.includes(heading ?? ''))).toEqual([]);
  });

  test('I12: every heading says symptom, check and fix', () => {
    const sections = runbook.split(/^## .+$/m).slice(1);
    expect(sections).toHaveLength(headings.length);
    for (const section of sections) {
      for (const part of ['Symptom', 'Check', 'Fix']) expect(section).toContain(`**${part}.**`);
    }
  });

  test('I12: every alarm tells the alarm topic, when it goes off and when it is over', () => {
    for (const synthesis of [plain, emergency, watched]) {
      expect(synthesis.templates.data.Outputs).toHaveProperty('AlarmTopicArn');
      for (const alarm of alarmsOf(synthesis).values()) {
        expect(JSON.stringify(alarm.AlarmActions)).toContain('AlarmTopic');
        expect(alarm.OKActions).toEqual(alarm.AlarmActions);
      }
    }
  });

  test('I12: every metric that an alarm reads is one that the service or AWS emits', () => {
    for (const synthesis of [plain, emergency, watched]) {
      const read = [...alarmsOf(synthesis).values()].flatMap(readByAlarm);
      expect(read.length).toBeGreaterThanOrEqual(always.length);
      expect(read.filter((metric) => !isEmitted(metric))).toEqual([]);
    }
  });

  test('I12: every metric that the dashboard reads is one that the service or AWS emits', () => {
    for (const synthesis of [plain, emergency, watched]) {
      const { DashboardBody } = propertiesOf<{ DashboardBody: unknown }>(
        synthesis.templates.monitoring,
        'AWS::CloudWatch::Dashboard',
      );
      const read = readByDashboard(DashboardBody);
      expect(read.length).toBeGreaterThan(20);
      expect(read.filter((metric) => !isEmitted(metric))).toEqual([]);
    }
  });

  test('I12: every metric of the service is watched and shown, under the name of project and environment', () => {
    const alarms = [...alarmsOf(watched).values()];
    const own = alarms.filter(({ Namespace }) => Namespace === metricsNamespace);
    for (const { Dimensions } of own) {
      expect(Dimensions).toEqual([{ Name: metricsDimension, Value: 'tollgate-shop' }]);
    }
    const names = Object.values(metrics).sort();
    expect([...new Set(own.map(({ MetricName }) => MetricName))].sort()).toEqual(names);
    const { DashboardBody } = propertiesOf<{ DashboardBody: unknown }>(
      watched.templates.monitoring,
      'AWS::CloudWatch::Dashboard',
    );
    const shown = readByDashboard(DashboardBody).filter(
      ({ namespace }) => namespace === metricsNamespace,
    );
    expect([...new Set(shown.map(({ name }) => name))].sort()).toEqual(names);
  });

  test('I12: where AWS lists a namespace’s metrics is said', () => {
    for (const [namespace, { source }] of Object.entries(emitted)) {
      expect([namespace, source]).toEqual([
        namespace,
        expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/|^service\/contract\.ts$/),
      ]);
    }
  });

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

  test('I12: what is found once at night is red all day', () => {
    expect(alarmsOf(plain).get('Reconciliation differences')).toMatchObject({
      DatapointsToAlarm: 1,
      EvaluationPeriods: 24,
    });
  });

  test('I12: the alarm of no task is made once the service is steady, so that it is not born red', () => {
    const alarm = alarmsOf(plain).get('No task is healthy');
    // A reference to the service's stack makes CloudFormation's command line deploy that one first.
    expect(JSON.stringify(alarm?.Dimensions)).toMatch(/Fn::GetStackOutput.*tollgate-dev-service/);
  });

  test('I12: a canary’s two target groups are watched as one', () => {
    const alarm = alarmsOf(watched).get('No task is healthy');
    const expressions = alarm?.Metrics?.flatMap(({ Expression }) => Expression ?? []);
    expect(expressions).toEqual([
      'FILL(first_HealthyHostCount_Maximum, 0) + FILL(second_HealthyHostCount_Maximum, 0)',
    ]);
  });

  test('I12: that production tells its alarms to nobody is warned of, and only there', () => {
    const warning = /WARNING: alarmEmails is empty in production/;
    expect(production.report).toMatch(warning);
    expect(plain.report).not.toMatch(warning);
    const environmentFile = `${__dirname}/environments/production-with-alarm-emails.json`;
    expect(synthesise({ env: 'live', environmentFile }).report).not.toMatch(warning);
  });

  test('I12: that production is told nothing of silence is warned of, and only there', () => {
    const warning = /WARNING: quietHours is 0 in production/;
    expect(production.report).toMatch(warning);
    expect(plain.report).not.toMatch(warning);
    const { report } = shop({ production: true, stripeMode: 'live', quietHours: 12 });
    expect(report).not.toMatch(warning);
  });

  test('I12: CloudWatch may publish to the encrypted alarm topic, for this account’s alarms', () => {
    const { data } = emergency.templates;
    const { KeyPolicy } = propertiesOf<{ KeyPolicy: { Statement: readonly object[] } }>(
      data,
      'AWS::KMS::Key',
    );
    expect(KeyPolicy.Statement.slice(1)).toEqual([
      {
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        Resource: '*',
      },
    ]);
    const policies = JSON.stringify(resourcesOf(data, 'AWS::SNS::TopicPolicy'));
    expect(policies).toContain('cloudwatch.amazonaws.com');
    expect(policies).toContain('aws:SourceAccount');
  });

  test('I12: the dashboard has the name of the environment, and shows every alarm', () => {
    const { DashboardBody, DashboardName } = propertiesOf<{
      DashboardBody: unknown;
      DashboardName: string;
    }>(watched.templates.monitoring, 'AWS::CloudWatch::Dashboard');
    expect(DashboardName).toBe('tollgate-shop');
    expect(alarmsShown(DashboardBody)).toBe(alarmsOf(watched).size);
  });
});

/** The seconds of an alarm's period, an expression's included. */
function periodOf(alarm: Alarm | undefined): number {
  const [inExpression] =
    alarm?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Period ?? []) ?? [];
  return Number(alarm?.Period ?? inExpression);
}
