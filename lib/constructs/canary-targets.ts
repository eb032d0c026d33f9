import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { HttpsEdge } from './https-edge';
import { taskTargetGroup } from './task-target-group';

export interface CanaryTargetsProps {
  /** The VPC that it is in. */
  readonly vpc: ec2.IVpc;
  /** Whose HTTPS listener the requests come by. */
  readonly edge: HttpsEdge;
  /** The listener on port 443, of the same edge. */
  readonly listener: elb.IApplicationListener;
  /**
   * Whether a new version takes over as a canary from now on. ECS needs one rolling deployment with the
   * second target group before the first.
   * @default true
   */
  readonly isShifting?: boolean | undefined;
}

const canaryStrategy = {
  deploymentStrategy: ecs.DeploymentStrategy.CANARY,
  canaryConfiguration: { stepPercent: 10, stepBakeTime: Duration.minutes(10) },
  bakeTime: Duration.minutes(10),
};

/** Behind every other rule of the listener, and before its default action. */
const productionRulePriority = 49_000;

/**
 * What ECS shifts requests between when a new version takes over as a canary: a second target group,
 * and the one rule whose weights ECS moves. CloudFormation would set the weights back whenever it
 * updates that rule, so that nothing but `deployment` of the environment may change it.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html
 * @see https://github.com/aws/aws-cdk/issues/36649
 */
export class CanaryTargets extends Construct {
  readonly alternateTarget: ecs.AlternateTarget;
  readonly productionRule: elb.ApplicationListenerRule;
  /** Beside that of the edge; requests go to the one or the other by turns. */
  readonly targetGroup: elb.ApplicationTargetGroup;
  /** For the service: a tenth of the requests for ten minutes, then all, then ten minutes more. */
  readonly strategy: typeof canaryStrategy | undefined;
  private readonly edge: HttpsEdge;

  constructor(scope: Construct, id: string, props: CanaryTargetsProps) {
    super(scope, id);
    this.edge = props.edge;
    this.strategy = props.isShifting === false ? undefined : canaryStrategy;
    this.targetGroup = taskTargetGroup(this, 'Targets', props.vpc);
    const rule = new elb.ApplicationListenerRule(this, 'ProductionRule', {
      listener: props.listener,
      priority: productionRulePriority,
      conditions: [elb.ListenerCondition.pathPatterns(['/*'])],
      action: elb.ListenerAction.weightedForward([
        { targetGroup: props.edge.targetGroup, weight: 100 },
        { targetGroup: this.targetGroup, weight: 0 },
      ]),
    });
    this.productionRule = rule;
    this.alternateTarget = new ecs.AlternateTarget('AlternateTarget', {
      alternateTargetGroup: this.targetGroup,
      productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule),
    });
  }

  /** As that of the edge, of the second target group. */
  targetMetric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.edge.targetMetric(metricName, options, this.targetGroup);
  }
}
