import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { propertiesOf, removeAssemblies, resourcesOf, synthesise, toHttps } from './synthesis';

afterAll(removeAssemblies);

interface Alarm {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly Namespace: string;
  readonly MetricName: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly Dimensions: readonly { readonly Name: string }[];
}

const synthesis = synthesise({ env: 'prod', ...toHttps, forceHttpForwarding: 'true' });
const alarms = [synthesis.templates.service, synthesis.templates.monitoring].flatMap((template) =>
  Object.values(resourcesOf<Alarm>(template, 'AWS::CloudWatch::Alarm')).map((it) => it.Properties),
);
const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

/** What AWS emits, by namespace, with the dimensions that it emits it under. */
const emitted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS/ApplicationELB': {
    RequestCount: 'LoadBalancer',
    HTTPCode_ELB_5XX_Count: 'LoadBalancer',
    HTTPCode_Target_5XX_Count: 'LoadBalancer,TargetGroup',
    HealthyHostCount: 'LoadBalancer,TargetGroup',
    UnHealthyHostCount: 'LoadBalancer,TargetGroup',
  },
  'AWS/RDS': { ACUUtilization: 'DBClusterIdentifier', DatabaseConnections: 'DBClusterIdentifier' },
};

describe('I12: watching', () => {
  test('I12: every alarm names a heading of the runbook, each its own', () => {
    const named = alarms.map(
      ({ AlarmDescription }) => /Runbook: docs\/runbook\.md, "(.+)"\.$/.exec(AlarmDescription)?.[1],
    );
    expect(headings).toEqual(expect.arrayContaining(named));
    expect(new Set(named).size).toBe(alarms.length);
    expect(alarms).toHaveLength(7);
  });

  test('I12: every heading says symptom, check and fix', () => {
    const sections = runbook.split(/^## .+$/m).slice(1);
    for (const section of sections) {
      for (const part of ['Symptom', 'Check', 'Fix']) expect(section).toContain(`**${part}.**`);
    }
  });

  test('I12: every alarm tells the alarm topic, when it goes off and when it is over', () => {
    const { Outputs } = synthesis.templates.data;
    expect(Outputs).toHaveProperty('AlarmTopicArn');
    for (const alarm of alarms) {
      expect(JSON.stringify(alarm.AlarmActions)).toContain('AlarmTopic');
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    }
  });

  test('I12: every metric that an alarm reads is one that AWS emits', () => {
    for (const { Namespace, MetricName, Dimensions } of alarms) {
      const names = Dimensions.map(({ Name }) => Name)
        .sort()
        .join();
      expect([MetricName, emitted[Namespace]?.[MetricName]]).toEqual([MetricName, names]);
    }
  });

  test('I12: that no task is left is told, and so is that nobody counts them any more', () => {
    const alarm = alarms.find(({ MetricName }) => MetricName === 'HealthyHostCount');
    expect(alarm).toMatchObject({
      Statistic: 'Maximum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('I12: that production tells its alarms to nobody is warned of, and only there', () => {
    const warning = /WARNING: alarmEmails is empty in production/;
    expect(synthesis.report).toMatch(warning);
    expect(synthesise({ env: 'staging' }).report).not.toMatch(warning);
    const environmentFile = `${__dirname}/environments/production-with-alarm-emails.json`;
    expect(synthesise({ env: 'live', environmentFile }).report).not.toMatch(warning);
  });

  test('I12: CloudWatch may publish to the encrypted alarm topic, for this account’s alarms', () => {
    const { data } = synthesis.templates;
    const key = JSON.stringify(propertiesOf(data, 'AWS::KMS::Key'));
    expect(key).toContain('cloudwatch.amazonaws.com');
    const policies = JSON.stringify(resourcesOf(data, 'AWS::SNS::TopicPolicy'));
    expect(policies).toContain('cloudwatch.amazonaws.com');
    expect(policies).toContain('aws:SourceAccount');
  });

  test('I12: there is a dashboard', () => {
    expect(
      propertiesOf(synthesis.templates.monitoring, 'AWS::CloudWatch::Dashboard'),
    ).toMatchObject({
      DashboardName: 'tollgate-prod',
    });
  });
});
