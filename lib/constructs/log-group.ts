import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { defaults } from './defaults';

/** How long what is logged stays. */
export interface LogKeeping {
  /**
   * For how many days an entry is kept.
   * @default - 90 days
   */
  readonly logRetention?: logs.RetentionDays | undefined;
  /**
   * Whether the log outlives its stack, as production's should.
   * @default false - it is deleted with the stack
   */
  readonly retainLogs?: boolean | undefined;
}

export function createLogGroup(
  scope: Construct,
  id: string,
  { logRetention = defaults.logRetentionDays, retainLogs = false }: LogKeeping,
): logs.LogGroup {
  return new logs.LogGroup(scope, id, {
    retention: logRetention,
    removalPolicy: retainLogs ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  });
}
