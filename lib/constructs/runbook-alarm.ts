import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface RunbookAlarmProps {
  /** Who is told. */
  readonly topic: sns.ITopic;
  /** The heading in docs/runbook.md that says what to check and how to mend it. */
  readonly heading: string;
  /** One sentence: what is the matter when the alarm goes off. */
  readonly description: string;
  /** What is watched, with its statistic and period. */
  readonly metric: cloudwatch.IMetric;
  /** The alarm goes off at this value and above, or below it, as `goesOffBelow` says. */
  readonly threshold: number;
  /** For how many periods in a row, or out of how many where `periodsToAlarm` says fewer. */
  readonly evaluationPeriods: number;
  /**
   * How many of these periods suffice: one, for what happens once a night and is to be seen by day.
   * @default - all of them
   */
  readonly periodsToAlarm?: number;
  /**
   * Whether too little is what is wrong.
   * @default false - the alarm goes off at the threshold and above
   */
  readonly goesOffBelow?: boolean;
  /**
   * What silence means: nothing to complain of, bad news, or that the last word stands, as for a
   * reading that is taken at intervals.
   * @default 'fine'
   */
  readonly missingData?: keyof typeof treatments;
}

/** What is watched, and when it goes off; who is told is the same for all. */
export type Watched = Omit<RunbookAlarmProps, 'topic'>;

const treatments = {
  fine: cloudwatch.TreatMissingData.NOT_BREACHING,
  alarming: cloudwatch.TreatMissingData.BREACHING,
  unchanged: cloudwatch.TreatMissingData.IGNORE,
};

/** An alarm that says where its runbook is. */
export class RunbookAlarm extends Construct {
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } =
      cloudwatch.ComparisonOperator;
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      metric: props.metric,
      alarmDescription: `${props.description} Runbook: docs/runbook.md, "${props.heading}".`,
      comparisonOperator:
        props.goesOffBelow === true ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: props.threshold,
      evaluationPeriods: props.evaluationPeriods,
      ...(props.periodsToAlarm !== undefined && { datapointsToAlarm: props.periodsToAlarm }),
      treatMissingData: treatments[props.missingData ?? 'fine'],
    });
    const tell = new SnsAction(props.topic);
    this.alarm.addAlarmAction(tell);
    this.alarm.addOkAction(tell);
  }
}
