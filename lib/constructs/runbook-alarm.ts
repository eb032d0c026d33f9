import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic';

export interface RunbookAlarmProps {
  /** Who is told. */
  readonly topic: AlarmTopic;
  /** The heading in docs/runbook.md that says what to check and how to mend it. */
  readonly heading: string;
  /** One sentence: what is the matter when the alarm goes off. */
  readonly description: string;
  /** What is watched, with its statistic and period. */
  readonly metric: cloudwatch.IMetric;
  /** The alarm goes off at this value and above, or below it, as `goesOffBelow` says. */
  readonly threshold: number;
  /** For how many periods in a row. */
  readonly evaluationPeriods: number;
  /**
   * Whether too little is what is wrong.
   * @default false - the alarm goes off at the threshold and above
   */
  readonly goesOffBelow?: boolean;
  /**
   * Whether silence is bad news.
   * @default false - without requests there is nothing to complain of
   */
  readonly missingDataIsAlarming?: boolean;
}

/** An alarm that says where its runbook is. */
export class RunbookAlarm extends Construct {
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { NOT_BREACHING, BREACHING } = cloudwatch.TreatMissingData;
    const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } =
      cloudwatch.ComparisonOperator;
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      metric: props.metric,
      alarmDescription: `${props.description} Runbook: docs/runbook.md, "${props.heading}".`,
      comparisonOperator:
        props.goesOffBelow === true ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: props.threshold,
      evaluationPeriods: props.evaluationPeriods,
      treatMissingData: props.missingDataIsAlarming === true ? BREACHING : NOT_BREACHING,
    });
    const tell = new SnsAction(props.topic.topic);
    this.alarm.addAlarmAction(tell);
    this.alarm.addOkAction(tell);
  }
}
