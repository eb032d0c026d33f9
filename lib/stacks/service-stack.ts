import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { Settings } from '../configuration/settings';
import { CanaryTargets } from '../constructs/canary-targets';
import { DeployRecord } from '../constructs/deploy-record';
import { byWhen } from '../constructs/emergency-signs';
import { FrontEnd } from '../constructs/front-end';
import { HttpsEdge } from '../constructs/https-edge';
import { PaymentsService } from '../constructs/payments-service';
import { imageNamed } from '../constructs/service-image';
import { SwitchEndRole } from '../constructs/switch-end-role';
import { adoptTargetGroup } from '../constructs/task-target-group';
import { WebFirewall } from '../constructs/web-firewall';
import { adoptedEdge } from './adopted-edge';
import type { DataStack } from './data-stack';
import { logKeeping } from './log-keeping';
import type { NetworkStack } from './network-stack';
import { type Outputs, publish } from './outputs';
import { shopOf } from './shop';
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
  private readonly switchEndRole: SwitchEndRole;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { settings } = props;
    this.edge = this.createEdge(props);
    this.canary = this.canaryTargets(props);
    const { alarmTopic } = props.data;
    this.edge.addFlaggedRules(this.targetGroupInUse(settings), alarmTopic.topic);
    this.payments = this.createPayments(props);
    this.addFrontEnd(props);
    const { firewall } = settings.environment;
    if (firewall.enabled) {
      const { requestsPerFiveMinutes } = firewall;
      new WebFirewall(this, 'WebFirewall', { edge: this.edge, requestsPerFiveMinutes });
    }
    this.switchEndRole = new SwitchEndRole(this, 'SwitchEndRole', { prefix: settings.prefix });
    const { commit } = settings;
    const { image, service } = this.payments;
    // Which its tasks get too. The task definition has it not: it would be another with each commit.
    // Autoscaling's target lies below the service in the tree, and takes no tags.
    Tags.of(service).add('tollgate:commit', commit, {
      includeResourceTypes: ['AWS::ECS::Service'],
    });
    const record = new DeployRecord(this, 'DeployRecord', { commit, image });
    publish(this, { ...this.outputs(settings), ...recorded(record, commit) });
  }

  private createEdge({ network, settings }: ServiceStackProps): HttpsEdge {
    const { environment, forceHttpForwarding, https, maintenance, stripeIpsOnly } = settings;
    const { domainName, firewall, webhookPaths } = environment;
    return new HttpsEdge(this, 'HttpsEdge', {
      vpc: network.network.vpc,
      vpcSubnets: network.network.loadBalancerSubnets,
      domainName,
      webhookPaths,
      hostedZone: network.zone?.zone,
      // enableAcm is given, with dnsDelegated and waitForCertificateValidation for one that is made here.
      certificate: https.hasCertificate ? this.certificate(environment) : undefined,
      ...adoptedEdge(this, environment, network.network.vpc),
      adapters: environment.variables?.ADAPTERS,
      deletionProtection: this.terminationProtection,
      hasFirewall: firewall.enabled,
      forceHttpForwarding,
      maintenance,
      stripeIpsOnly,
    });
  }

  private certificate({ https }: Environment): acm.ICertificate | 'create' {
    return https.certificateArn === undefined
      ? 'create'
      : acm.Certificate.fromCertificateArn(this, 'Certificate', https.certificateArn);
  }

  private createPayments({ data, network, settings }: ServiceStackProps): PaymentsService {
    const { environment, image } = settings;
    const { catalogueKeyArn, ecsClusterName } = environment;
    const { vpc } = network.network;
    return new PaymentsService(this, 'PaymentsService', {
      vpc,
      ...network.network.tasks,
      ...logKeeping(environment),
      ...shopOf(settings),
      environmentName: settings.prefix,
      edge: this.edge,
      canary: this.canary,
      database: data.database,
      secrets: data.secrets,
      billingTopic: data.billingTopic,
      stripeEventQueue: data.stripeEventQueue,
      alarmTopic: data.alarmTopic.topic,
      cluster:
        ecsClusterName === undefined
          ? undefined
          : ecs.Cluster.fromClusterAttributes(this, 'Cluster', {
              clusterName: ecsClusterName,
              vpc,
            }),
      catalogueKey:
        catalogueKeyArn === undefined
          ? undefined
          : kms.Key.fromKeyArn(this, 'CatalogueKey', catalogueKeyArn),
      containerInsights: environment.containerInsights,
      image:
        image === undefined ? undefined : imageNamed(this, 'Repository', image, settings.account),
      tasks: environment.tasks,
      desiredCount: settings.desiredCount,
      ecsExec: environment.ecsExec,
    });
  }

  /** Until there is an HTTPS listener there is nothing to shift: deployments roll. */
  private canaryTargets({ network, settings }: ServiceStackProps): CanaryTargets | undefined {
    const { deployment } = settings.environment;
    const listener = this.edge.httpsListener;
    if (deployment === 'rolling' || listener === undefined) return undefined;
    return new CanaryTargets(this, 'Canary', {
      vpc: network.network.vpc,
      edge: this.edge,
      listener,
      isShifting: deployment === 'canary',
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
    const { frontEnd } = environment;
    if (frontEnd === undefined || this.edge.httpsListener === undefined) return;
    const { image, secrets, targetGroupArn, ...rest } = frontEnd;
    const secretOf = ([name, arn]: readonly [string, string]) =>
      [name, secretsmanager.Secret.fromSecretCompleteArn(this, `Secret ${name}`, arn)] as const;
    new FrontEnd(this, 'FrontEnd', {
      vpc: network.network.vpc,
      ...network.network.tasks,
      ...logKeeping(environment),
      ...rest,
      edge: this.edge,
      cluster: this.payments.cluster,
      hostedZone: network.zone?.zone,
      hasCertificate: environment.https.certificateArn === undefined,
      isBalancerAdopted: environment.loadBalancer !== undefined,
      image: image === undefined ? undefined : imageNamed(this, 'FrontEndRepository', image),
      targetGroup:
        targetGroupArn === undefined
          ? undefined
          : adoptTargetGroup(this, 'FrontEndTargets', { targetGroupArn }),
      secrets: Object.fromEntries(Object.entries(secrets).map(secretOf)),
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
      LoadBalancerDnsName: ['Where the alias record points', edge.loadBalancer.loadBalancerDnsName],
      LoadBalancerArn: ['The load balancer', edge.loadBalancer.loadBalancerArn],
      LoadBalancerSecurityGroupId: [
        'What targets of your own let in',
        edge.loadBalancer.connections.securityGroups[0]?.securityGroupId ?? '',
      ],
      HttpListenerArn: ['The listener on port 80', edge.httpListener.listenerArn],
      ...(edge.httpsListener && {
        HttpsListenerArn: ['The listener on port 443', edge.httpsListener.listenerArn],
      }),
      ...switchOutputs(environment, edge.closedPaths),
      SwitchEndRoleArn: ['What ends a switch that was set for a while', this.switchEndRole.roleArn],
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
