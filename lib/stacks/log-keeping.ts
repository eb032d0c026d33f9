import type { Environment } from '../configuration/environment-file/schema';
import type { LogKeeping } from '../constructs/log-group';

/** How long the logs of an environment stay: in production beyond their stack. */
export const logKeeping = ({ logRetentionDays, production }: Environment): LogKeeping => ({
  logRetention: logRetentionDays,
  retainLogs: production,
});
