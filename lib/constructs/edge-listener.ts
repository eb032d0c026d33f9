import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { EdgeRule, FixedProblem } from './listener-rules';

/** A listener with what distinguishes one of our own from one that others have rules in. */
export interface EdgeListener {
  readonly listener: elb.IApplicationListener;
  /**
   * The host that our rules are for, and the first priority that is free.
   * @default - the listener is our own: any host, from 0
   */
  readonly shared: { readonly host: string; readonly firstPriority: number } | undefined;
}

/** How many of a rule's values its host takes. */
export const valuesTaken = ({ shared }: EdgeListener) => (shared === undefined ? 0 : 1);

export const priorityOf = ({ shared }: EdgeListener, order: number) =>
  order + (shared?.firstPriority ?? 0);

/**
 * Puts a rule into a listener. It is of the lowest kind, so that neither the service nor a security
 * group comes to depend on it: a flag's flip changes what stands here and nothing else.
 */
export function addRule(
  scope: Construct,
  to: EdgeListener,
  rule: EdgeRule,
  targetGroup: elb.IApplicationTargetGroup,
): void {
  new elb.CfnListenerRule(scope, rule.id, {
    listenerArn: to.listener.listenerArn,
    priority: priorityOf(to, rule.order),
    conditions: conditionsOf(to, rule),
    actions: [
      rule.action === 'forward'
        ? { type: 'forward', targetGroupArn: targetGroup.targetGroupArn }
        : fixedResponse(rule.action),
    ],
  });
}

function conditionsOf({ shared }: EdgeListener, { paths, sources }: EdgeRule) {
  return [
    ...(shared === undefined
      ? []
      : [{ field: 'host-header', hostHeaderConfig: { values: [shared.host] } }]),
    { field: 'path-pattern', pathPatternConfig: { values: [...paths] } },
    ...(sources === undefined
      ? []
      : [
          {
            field: 'source-ip',
            sourceIpConfig: { values: sources.map((address) => `${address}/32`) },
          },
        ]),
  ];
}

/** A load balancer sets no further header, so that the type is JSON's own and not the problem's. */
function fixedResponse({ status, code, title, fix }: FixedProblem) {
  const type = `urn:tollgate:problem:${code}`;
  return {
    type: 'fixed-response',
    fixedResponseConfig: {
      statusCode: String(status),
      contentType: 'application/json',
      messageBody: JSON.stringify({ type, title, status, code, fix }),
    },
  };
}
