import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackHeadings } from '../../../ops/doctor/stacks';
import { metrics, metricsDimension, metricsNamespace } from '../../../service/contract';
import { shop } from '../shop-environment';
import { propertiesOf, removeAssemblies, resourcesOf, synthesise, toHttps } from '../synthesis';
import { alarmsOf, withEveryChoice } from './alarms-by-heading';
import { alarmsShown, emitted, isEmitted, readByAlarm, readByDashboard } from './emitted-metrics';

afterAll(removeAssemblies);

const emergency = synthesise({ env: 'prod', ...toHttps, forceHttpForwarding: 'true' });
const plain = synthesise({ env: 'dev', ...toHttps });
const watched = synthesise(withEveryChoice);
/** With nothing that an environment's file may leave out. */
const production = shop({ production: true, stripeMode: 'live' });
const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

/** What is watched everywhere, and what besides. */
const always = [
  'A request came in by plain HTTP',
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
  'The stored catalogue is not sold',
  'There are dead letters',
  'Too few tasks are healthy',
  'Unreadable envelopes',
];

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

  test('I12: the runbook has no heading that neither an alarm nor `doctor` names', () => {
    const named = [...alarmsOf(watched).keys(), ...alarmsOf(emergency).keys()];
    const others = headings.filter((heading) => !named.includes(heading ?? ''));
    // Those of stacks, which `ops doctor` names.
    expect(others.sort()).toEqual([...new Set(Object.values(stackHeadings))].sort());
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
    const environmentFile = `${__dirname}/../environments/production-with-alarm-emails.json`;
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
