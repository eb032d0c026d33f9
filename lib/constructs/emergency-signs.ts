import { Duration, Tags } from 'aws-cdk-lib';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm';

/** Port 80's emergency face, while it is on. */
export interface ForceHttpForwarding {
  /**
   * By when it is to be taken back. Nothing ends by itself.
   * @default - as soon as HTTPS works
   */
  readonly until?: Date | undefined;
}

/** By when a deploy without the flag is due (`forceHttpForwardingUntil`): nothing ends by itself. */
export const byWhen = ({ until }: ForceHttpForwarding) =>
  until === undefined ? 'as soon as HTTPS works' : `by ${until.toISOString()}`;

/** Where it shows that port 80 forwards: a tag on the load balancer, and an alarm that is always red. */
export function showEmergency(
  scope: Construct,
  loadBalancer: elb.IApplicationLoadBalancer,
  paths: readonly string[],
  topic: sns.ITopic,
  forceHttpForwarding: ForceHttpForwarding,
): void {
  const when = byWhen(forceHttpForwarding);
  Tags.of(loadBalancer).add('tollgate:emergency-http', `on: to be taken back ${when}`, {
    includeResourceTypes: ['AWS::ElasticLoadBalancingV2::LoadBalancer'],
  });
  new RunbookAlarm(scope, 'EmergencyHttpAlarm', {
    topic,
    heading: 'Emergency HTTP is on',
    description: `Port 80 forwards ${paths.join(', ')} without TLS; to be taken back ${when}.`,
    // Any count of requests is at least 0, and a missing one counts too: always in alarm.
    metric: loadBalancer.metrics.requestCount({ period: Duration.minutes(1) }),
    threshold: 0,
    evaluationPeriods: 1,
    missingData: 'alarming',
  });
}
