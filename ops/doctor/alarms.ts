import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Deployed } from '../aws/deployed';
import type { Finding } from '../terminal/output';
import { counted, deployCommand, found, type Look, look } from './checks';

/** Which alarms are red, and whether anybody hears of them. */
export async function checkAlarms(deployed: Deployed): Promise<readonly Finding[]> {
  const cloudwatch = new CloudWatchClient(deployed.clients);
  const sns = new SNSClient(deployed.clients);
  try {
    const looks = [
      look('alarms', alarms(cloudwatch, deployed)),
      look('alarm topic', topic(sns, deployed)),
    ];
    return (await Promise.all(looks)).flat();
  } finally {
    cloudwatch.destroy();
    sns.destroy();
  }
}

const alarms =
  (client: CloudWatchClient, deployed: Deployed): Look =>
  async () => {
    const topicArn = deployed.get('AlarmTopicArn');
    const all = await readAlarms(client);
    const ours = all.filter(({ AlarmActions }) => AlarmActions?.includes(topicArn));
    const red = ours.filter(({ StateValue }) => StateValue === 'ALARM');
    if (ours.length === 0) {
      const fix = `Deploy the monitoring stack: ${deployCommand(deployed)}`;
      return found('alarms', false, 'there is none', fix);
    }
    if (red.length > 0) return red.map(described);
    return found('alarms', true, `none of ${ours.length} is red`, '');
  };

async function readAlarms(client: CloudWatchClient): Promise<readonly MetricAlarm[]> {
  const all: MetricAlarm[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeAlarmsCommand({ MaxRecords: 100, NextToken }));
    all.push(...(page.MetricAlarms ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all;
}

function described({ AlarmDescription = '', AlarmName, StateUpdatedTimestamp }: MetricAlarm) {
  const [, what = AlarmName, heading = ''] =
    /^(.*?) Runbook: .*"(.+)"\.?$/.exec(AlarmDescription) ?? [];
  const since = StateUpdatedTimestamp?.toISOString().slice(0, 16) ?? 'unknown';
  const fix = heading === '' ? 'docs/runbook.md' : `docs/runbook.md, "${heading}"`;
  return found('alarms', false, `${what} (since ${since})`, fix);
}

const topic =
  (client: SNSClient, deployed: Deployed): Look =>
  async () => {
    const { Subscriptions = [] } = await client.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: deployed.get('AlarmTopicArn') }),
    );
    const isConfirmed = (arn: string | undefined) => arn?.startsWith('arn:') === true;
    const confirmed = Subscriptions.filter(({ SubscriptionArn }) => isConfirmed(SubscriptionArn));
    const pending = Subscriptions.length - confirmed.length;
    return found(
      'alarm topic',
      confirmed.length > 0,
      `${counted(confirmed.length, 'subscriber')}${pending > 0 ? `, ${pending} not confirmed` : ''}`,
      pending > 0
        ? 'Whoever was asked by mail has to confirm it; a deploy asks anew once it has expired'
        : 'Nobody hears of an alarm: name those who are to, alarmEmails in the environment file',
    );
  };
