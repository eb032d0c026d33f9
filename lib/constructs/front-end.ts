import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { deregistrationDelaySeconds } from '../../service/contract';
import { frontEndVariables } from '../configuration/environment-file/rules/front-end';
import type { Environment } from '../configuration/environment-file/schema';
import type { HttpsEdge } from './https-edge';
import type { Network } from './network';
import type { PublicZone } from './public-zone';
import { serviceImage } from './service-image';
import { adoptTargetGroup } from './task-target-group';

export interface FrontEndProps {
  readonly network: Network;
  /** Behind whose HTTPS listener it is. */
  readonly edge: HttpsEdge;
  /** Where its tasks run. */
  readonly cluster: ecs.ICluster;
  /**
   * The zone that its hosts are in.
   * @default - no records and no certificates of its own
   */
  readonly zone: PublicZone | undefined;
  /** What it is, and by which requests it is reached. */
  readonly frontEnd: NonNullable<Environment['frontEnd']>;
  readonly environment: Environment;
}

/** Behind the rules of flags, before the way to the service. */
const order = 60;

/** A second service behind the same load balancer, by a rule of its own: the web front end, say. */
export class FrontEnd extends Construct {
  constructor(scope: Construct, id: string, props: FrontEndProps) {
    super(scope, id);
    const { edge, frontEnd, zone } = props;
    const targetGroup = this.provideTargetGroup(props);
    const { hosts, paths } = frontEnd;
    const rule = edge.addForward(this, 'Rule', { order, hosts, paths, targetGroup });
    if (frontEnd.image !== undefined && targetGroup instanceof elb.ApplicationTargetGroup) {
      const service = this.run(props, frontEnd.image);
      service.attachToApplicationTargetGroup(targetGroup);
      service.node.addDependency(rule);
    }
    if (zone === undefined) return;
    for (const host of hosts) edge.addAlias(this, `Alias ${host}`, zone, host);
    if (props.environment.https.certificateArn === undefined) this.certify(edge, zone, hosts);
  }

  private provideTargetGroup(props: FrontEndProps): elb.IApplicationTargetGroup {
    const { edge, environment, frontEnd, network } = props;
    if (frontEnd.targetGroupArn !== undefined) {
      // Ours is let out to it by its port, since nobody says where it is; an adopted one is theirs.
      if (environment.loadBalancer === undefined) {
        const port = ec2.Port.tcp(frontEnd.port);
        edge.loadBalancer.connections.allowTo(ec2.Peer.anyIpv4(), port, 'Adopted front end');
      }
      return adoptTargetGroup(this, 'Targets', {
        targetGroupArn: frontEnd.targetGroupArn,
      });
    }
    return new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc: network.vpc,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      port: frontEnd.port,
      deregistrationDelay: Duration.seconds(deregistrationDelaySeconds),
      healthCheck: { path: frontEnd.healthPath, healthyHttpCodes: '200-399' },
    });
  }

  /** Its image is the team's own: what user it runs as and what it writes are the image's affair. */
  private run(props: FrontEndProps, image: string): ecs.FargateService {
    const { cluster, environment, frontEnd, network } = props;
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: frontEnd.cpuUnits,
      memoryLimitMiB: frontEnd.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: environment.logRetentionDays,
      removalPolicy: environment.production
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    Validations.of(taskDefinition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables are told in the open by choice; every secret is injected as a secret.',
    });
    taskDefinition.addContainer('FrontEnd', {
      image: serviceImage(this, image),
      portMappings: [{ containerPort: frontEnd.port }],
      environment: {
        [frontEndVariables.port]: String(frontEnd.port),
        [frontEndVariables.paymentsBaseUrl]: `https://${environment.domainName}`,
        ...frontEnd.environment,
      },
      secrets: Object.fromEntries(
        Object.entries(frontEnd.secrets).map(([name, arn]) => [
          name,
          ecs.Secret.fromSecretsManager(
            secretsmanager.Secret.fromSecretCompleteArn(this, `Secret ${name}`, arn),
          ),
        ]),
      ),
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'front-end' }),
    });
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Tasks of the front end: out to HTTPS, in from the load balancer',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'APIs');
    network.letOutToDns(securityGroup);
    const service = new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition,
      ...network.tasks,
      securityGroups: [securityGroup],
      desiredCount: frontEnd.taskCount,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
    });
    service.node.addDependency(taskDefinition.obtainExecutionRole());
    return service;
  }

  /** Beside the service's own: a name more in that one would replace it, and wait for both. */
  private certify(edge: HttpsEdge, zone: PublicZone, hosts: readonly string[]): void {
    const [domainName, ...subjectAlternativeNames] = hosts;
    if (domainName === undefined) return;
    edge.present(
      this,
      new acm.Certificate(this, 'Certificate', {
        domainName,
        subjectAlternativeNames,
        validation: acm.CertificateValidation.fromDns(zone.zone),
      }),
    );
  }
}
