import { resourcesOf, type Synthesis } from '../synthesis';
import type { AlarmMetric } from './emitted-metrics';

/** Production with everything that is watched by choice: second way in, quiet hours, canary. */
export const withEveryChoice = {
  env: 'shop',
  environmentFile: `${__dirname}/../environments/watched.json`,
};

export interface Alarm extends AlarmMetric {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly [property: string]: unknown;
}

const headingOf = ({ AlarmDescription }: Alarm) =>
  /Runbook: docs\/runbook\.md, "(.+)"\.$/.exec(AlarmDescription)?.[1] ?? '';

/** Every alarm of the four stacks, by its heading in the runbook. */
export function alarmsOf({ templates }: Synthesis): ReadonlyMap<string, Alarm> {
  const all = Object.values(templates).flatMap((template) =>
    Object.values(resourcesOf<Alarm>(template, 'AWS::CloudWatch::Alarm')),
  );
  const byHeading = new Map(all.map(({ Properties }) => [headingOf(Properties), Properties]));
  expect(byHeading.size).toBe(all.length);
  return byHeading;
}
