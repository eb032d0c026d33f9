import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Settings } from '../configuration/settings';
import { CanaryTargets } from '../constructs/canary-targets';
import { DeployRecord } from '../constructs/deploy-record';
import { byWhen } from '../constructs/emergency-signs';
import { FrontEnd } from '../constructs/front-end';
import { HttpsEdge } from '../constructs/https-edge';
import { PaymentsService } from '../constructs/payments-service';
import { WebFirewall } from '../constructs/web-firewall';
import type { DataStack } from './data-stack';
import type { NetworkStack } from './network-stack';
import { type Outputs, publish } from './outputs';
import { switchOutputs } from './switch-outputs';

export interface ServiceStackProps extends StackProps {
  readonly settings: Settings;
  readonly network: NetworkStack;
  readonly data: DataStack;
}

/** Load balancer, listeners and service together, so that a flag's flip is one stack's update. */
export class ServiceStack extends Stack {
  readonly edge: HttpsEdge;
  readonly payments: PaymentsService;
  private readonly canary: CanaryTargets | undefined;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { data, network, settings } = props;
    this.edge = new HttpsEdge(this, 'HttpsEdge', {
      network: network.network,
      zone: network.zone,
      settings,
      isProtected: this.terminationProtection,
    });
    this.canary = this.canaryTargets(props);
    this.edge.addFlaggedRules(this.targetGroupInUse(settings), data.alarmTopic);
    this.payments = new PaymentsService(this, 'PaymentsService', {
      network: network.network,
      edge: this.edge,
      database: data.database,
      secrets: data.secrets,
      billingTopic: data.billingTopic,
      stripeEventQueue: data.stripeEventQueue,
      canary: this.canary,
      alarmTopic: data.alarmTopic,
      settings,
    });
    this.addFrontEnd(props);
    const { firewall, webhookPaths } = settings.environment;
    if (firewall.enabled) {
      const { requestsPerFiveMinutes } = firewall;
      new WebFirewall(this, 'WebFirewall', {
        edge: this.edge,
        webhookPaths,
        requestsPerFiveMinutes,
      });
    }
    const { commit } = settings;
    const { image } = this.payments;
    const record = new DeployRecord(this, 'DeployRecord', { commit, image });
    publish(this, { ...this.outputs(settings), ...recorded(record, commit) });
  }

  /** Until there is an HTTPS listener there is nothing to shift: deployments roll. */
  private canaryTargets({ network, settings }: ServiceStackProps): CanaryTargets | undefined {
    const listener = this.edge.httpsListener;
    if (settings.environment.deployment === 'rolling' || listener === undefined) return undefined;
    return new CanaryTargets(this, 'Canary', {
      network: network.network,
      edge: this.edge,
      listener,
    });
  }

  /** No template can know it under a canary: whoever gives a flag that has rules has looked. */
  private targetGroupInUse({ canaryTargetGroup }: Settings): elb.IApplicationTargetGroup {
    return this.canary === undefined || canaryTargetGroup !== 'alternate'
      ? this.edge.targetGroup
      : this.canary.targetGroup;
  }

  /** Until there is an HTTPS listener it has no place: all of port 80 is redirected. */
  private addFrontEnd({ network, settings }: ServiceStackProps): void {
    const { environment } = settings;
    if (environment.frontEnd === undefined || this.edge.httpsListener === undefined) return;
    new FrontEnd(this, 'FrontEnd', {
      network: network.network,
      zone: network.zone,
      edge: this.edge,
      cluster: this.payments.cluster,
      frontEnd: environment.frontEnd,
      environment,
    });
  }

  private outputs(settings: Settings): Outputs {
    const { environment, forceHttpForwarding, https, inForce } = settings;
    const { edge, payments } = this;
    const base = `https://${environment.domainName}`;
    const flags = Object.entries(inForce).map(([name, value]) => `${name}=${value}`);
    return {
      Region: ['The region', this.region],
      StripeMode: ['The mode that the Stripe keys must be of', environment.stripeMode],
      PublicBaseUrl: ['Where the service is', base],
      WebhookUrl: ['The endpoint to register with Stripe', `${base}${environment.webhookPaths[0]}`],
      WebhookPaths: ['All paths that take webhooks', environment.webhookPaths.join(',')],
      LoadBalancerDnsName: ['Where the alias record points', edge.loadBalancerDnsName],
      LoadBalancerArn: ['The load balancer', edge.loadBalancer.loadBalancerArn],
      LoadBalancerSecurityGroupId: [
        'What targets of your own let in',
        edge.loadBalancer.connections.securityGroups[0]?.securityGroupId ?? '',
      ],
      HttpListenerArn: ['The listener on port 80', edge.httpListener.listenerArn],
      ...(edge.httpsListener && {
        HttpsListenerArn: ['The listener on port 443', edge.httpsListener.listenerArn],
      }),
      ...switchOutputs(environment),
      TargetGroupArn: ['Where the tasks are registered', edge.targetGroup.targetGroupArn],
      ...(this.canary && {
        AlternateTargetGroupArn: [
          'Where the tasks are registered by turns',
          this.canary.targetGroup.targetGroupArn,
        ],
        ProductionRuleArn: [
          'Whose weights say which of the two has the requests',
          this.canary.productionRule.listenerRuleArn,
        ],
      }),
      TaskSecurityGroupId: [
        'What the database lets in',
        payments.service.connections.securityGroups[0]?.securityGroupId ?? '',
      ],
      ClusterName: ['The ECS cluster', payments.cluster.clusterName],
      ServiceName: ['The ECS service', payments.service.serviceName],
      LogGroupName: ["The service's log", payments.logGroup.logGroupName],
      FlagsInForce: ['Every switch with the value in force', flags.join(' ')],
      FlagsGiven: ['What a deploy must be given again to keep it', settings.given || 'none'],
      EmergencyHttp: [
        'Whether port 80 forwards webhook and health without TLS',
        forceHttpForwarding === undefined
          ? 'off'
          : `ON: to be taken back ${byWhen(forceHttpForwarding)}`,
      ],
      NextStepToHttps: ['What to do next', https.nextStep ?? 'none: HTTPS is complete'],
    };
  }
}

const recorded = ({ parameterName }: DeployRecord, commit: string): Outputs => ({
  Commit: ['The commit that was deployed', commit],
  DeployRecordName: [
    'The parameter whose history has the commits and images before',
    parameterName,
  ],
});
