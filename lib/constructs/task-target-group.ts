import { Duration, Fn, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { deregistrationDelaySeconds, servicePort, startedPath } from '../../service/contract';

/** A target group for tasks of the service: how they are asked for their health, and drained. */
export function taskTargetGroup(
  scope: Construct,
  id: string,
  vpc: ec2.IVpc,
): elb.ApplicationTargetGroup {
  return new elb.ApplicationTargetGroup(scope, id, {
    vpc,
    targetType: elb.TargetType.IP,
    protocol: elb.ApplicationProtocol.HTTP,
    port: servicePort,
    deregistrationDelay: Duration.seconds(deregistrationDelaySeconds),
    healthCheck: {
      // And not liveness: a version that cannot reach its database must not replace one that can.
      path: startedPath,
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
}

/** An existing target group. Who lets whom in and out of it is said where the tasks are, or is theirs. */
export function adoptTargetGroup(
  scope: Construct,
  id: string,
  attributes: elb.TargetGroupAttributes,
): elb.IApplicationTargetGroup {
  for (const what of ['Listener', 'Connectable']) {
    Validations.of(scope).acknowledge({
      id: `Annotation::@aws-cdk/aws-elbv2:albTargetGroupCannotRegister${what}`,
      reason: 'The security groups are told of one another where the tasks are.',
    });
  }
  return elb.ApplicationTargetGroup.fromTargetGroupAttributes(scope, id, attributes);
}

/** `targetgroup/name/id`, which metrics know a target group by. */
export const fullNameOf = (targetGroup: elb.IApplicationTargetGroup) =>
  targetGroup instanceof elb.ApplicationTargetGroup
    ? targetGroup.targetGroupFullName
    : Fn.select(5, Fn.split(':', targetGroup.targetGroupArn));
