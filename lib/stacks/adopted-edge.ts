import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { HttpsEdgeProps } from '../constructs/https-edge-props';
import { adoptTargetGroup } from '../constructs/task-target-group';

type AdoptedEdge = Pick<
  HttpsEdgeProps,
  | 'loadBalancer'
  | 'httpListener'
  | 'httpsListener'
  | 'targetGroup'
  | 'takesWholeHost'
  | 'firstRulePriority'
>;

/** The load balancer that an environment's file adopts, with what it names of it; nothing of no other. */
export function adoptedEdge(
  scope: Construct,
  { loadBalancer: adopted }: Environment,
  vpc: ec2.IVpc,
): AdoptedEdge {
  if (adopted === undefined) return {};
  const loadBalancer = {
    loadBalancerArn: adopted.arn,
    loadBalancerDnsName: adopted.dnsName,
    loadBalancerCanonicalHostedZoneId: adopted.hostedZoneId,
    securityGroupId: adopted.securityGroupId,
    vpc,
  };
  const { httpListenerArn, httpsListenerArn, targetGroupArn } = adopted;
  const listener = (id: string, listenerArn: string | undefined) =>
    listenerArn === undefined
      ? undefined
      : elb.ApplicationListener.fromApplicationListenerAttributes(scope, id, {
          listenerArn,
          securityGroup: ec2.SecurityGroup.fromSecurityGroupId(
            scope,
            `${id}SecurityGroup`,
            adopted.securityGroupId,
          ),
        });
  return {
    loadBalancer,
    httpListener: listener('Http', httpListenerArn),
    httpsListener: listener('Https', httpsListenerArn),
    takesWholeHost: adopted.takesWholeHost,
    firstRulePriority: adopted.firstRulePriority,
    targetGroup:
      targetGroupArn === undefined
        ? undefined
        : adoptTargetGroup(scope, 'Targets', { targetGroupArn, loadBalancerArns: adopted.arn }),
  };
}
