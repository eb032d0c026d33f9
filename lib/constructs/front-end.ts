import { Duration, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { deregistrationDelaySeconds } from '../../service/contract';
import { defaults } from './defaults';
import { frontEndVariables } from './front-end-variables';
import type { HttpsEdge } from './https-edge';
import { createLogGroup, type LogKeeping } from './log-group';
import { type TaskPlacement, taskSecurityGroup } from './vpc-placement';

export interface FrontEndProps extends TaskPlacement, LogKeeping {
  /** The VPC that it is in. */
  readonly vpc: ec2.IVpc;
  /** Behind whose HTTPS listener it is. */
  readonly edge: HttpsEdge;
  /** Where its tasks run. */
  readonly cluster: ecs.ICluster;
  /**
   * The zone that its hosts are in.
   * @default - no records
   */
  readonly hostedZone?: route53.IHostedZone | undefined;
  /**
   * Whether a certificate for its hosts is made and presented, validated in the zone.
   * @default false - the one of the edge covers them
   */
  readonly hasCertificate?: boolean | undefined;
  /** The host names that are its own. */
  readonly hosts: readonly string[];
  /** The paths that are its own, on its hosts, or on the service's if it has none. */
  readonly paths: readonly string[];
  /**
   * What it runs, built for ARM64.
   * @default - it runs elsewhere, in `targetGroup`
   */
  readonly image?: ecs.ContainerImage | undefined;
  /**
   * Where it runs already: a target group in the same VPC.
   * @default - one is created, for the image
   */
  readonly targetGroup?: elb.IApplicationTargetGroup | undefined;
  /**
   * The port that the container listens on, or the adopted target group has its targets on.
   * @default 3000
   */
  readonly port?: number | undefined;
  /**
   * Whether the load balancer is another's, whose security group lets out to what it should.
   * @default false - it is let out to the port of an adopted target group
   */
  readonly isBalancerAdopted?: boolean | undefined;
  /**
   * Its variables, in the open: no value of a secret.
   * @default - none besides PORT and PAYMENTS_BASE_URL
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * Its secrets, by the variables that they are injected as.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, secretsmanager.ISecret>> | undefined;
  /**
   * What the load balancer asks.
   * @default '/'
   */
  readonly healthPath?: string | undefined;
  /**
   * CPU units, of which 1,024 are one vCPU.
   * @default 256
   */
  readonly cpuUnits?: number | undefined;
  /**
   * Memory of one task, in MiB.
   * @default 512
   */
  readonly memoryMiB?: number | undefined;
  /**
   * How many tasks run.
   * @default 1
   */
  readonly taskCount?: number | undefined;
}

/** Behind the rules of flags, before the way to the service. */
const order = 60;

/** A second service behind the same load balancer, by a rule of its own: the web front end, say. */
export class FrontEnd extends Construct {
  private readonly port: number;

  constructor(scope: Construct, id: string, props: FrontEndProps) {
    super(scope, id);
    const { edge, hostedZone, hosts, paths } = props;
    this.port = props.port ?? defaults.frontEnd.port;
    const targetGroup = this.provideTargetGroup(props);
    const rule = edge.addForward(this, 'Rule', { order, hosts, paths, targetGroup });
    if (props.image !== undefined && targetGroup instanceof elb.ApplicationTargetGroup) {
      const service = this.run(props, props.image);
      service.attachToApplicationTargetGroup(targetGroup);
      service.node.addDependency(rule);
    }
    if (hostedZone === undefined) return;
    for (const host of hosts) edge.addAlias(this, `Alias ${host}`, hostedZone, host);
    if (props.hasCertificate) this.certify(edge, hostedZone, hosts);
  }

  private provideTargetGroup(props: FrontEndProps): elb.IApplicationTargetGroup {
    const { edge, healthPath = defaults.frontEnd.healthPath, targetGroup, vpc } = props;
    if (targetGroup !== undefined) {
      // Ours is let out to it by its port, since nobody says where it is; an adopted one is theirs.
      if (!props.isBalancerAdopted) {
        const port = ec2.Port.tcp(this.port);
        edge.loadBalancer.connections.allowTo(ec2.Peer.anyIpv4(), port, 'Adopted front end');
      }
      return targetGroup;
    }
    return new elb.ApplicationTargetGroup(this, 'Targets', {
      vpc,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      port: this.port,
      deregistrationDelay: Duration.seconds(deregistrationDelaySeconds),
      healthCheck: { path: healthPath, healthyHttpCodes: '200-399' },
    });
  }

  /** Its image is the team's own: what user it runs as and what it writes are the image's affair. */
  private run(props: FrontEndProps, image: ecs.ContainerImage): ecs.FargateService {
    const { assignPublicIp = false, cluster, edge, vpcSubnets } = props;
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: props.cpuUnits ?? defaults.frontEnd.cpuUnits,
      memoryLimitMiB: props.memoryMiB ?? defaults.frontEnd.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const logGroup = createLogGroup(this, 'Logs', props);
    Validations.of(taskDefinition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables are told in the open by choice; every secret is injected as a secret.',
    });
    taskDefinition.addContainer('FrontEnd', {
      image,
      portMappings: [{ containerPort: this.port }],
      environment: {
        [frontEndVariables.port]: String(this.port),
        [frontEndVariables.paymentsBaseUrl]: `https://${edge.domainName}`,
        ...props.environment,
      },
      secrets: Object.fromEntries(
        Object.entries(props.secrets ?? {}).map(([name, secret]) => [
          name,
          ecs.Secret.fromSecretsManager(secret),
        ]),
      ),
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'front-end' }),
    });
    const securityGroup = taskSecurityGroup(this, props.vpc, props, {
      description: 'Tasks of the front end: out to HTTPS, in from the load balancer',
      overHttps: 'APIs',
    });
    const service = new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition,
      ...(vpcSubnets !== undefined && { vpcSubnets }),
      assignPublicIp,
      securityGroups: [securityGroup],
      desiredCount: props.taskCount ?? defaults.frontEnd.taskCount,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
    });
    service.node.addDependency(taskDefinition.obtainExecutionRole());
    return service;
  }

  /** Beside the service's own: a name more in that one would replace it, and wait for both. */
  private certify(edge: HttpsEdge, zone: route53.IHostedZone, hosts: readonly string[]): void {
    const [domainName, ...subjectAlternativeNames] = hosts;
    if (domainName === undefined) return;
    edge.present(
      this,
      new acm.Certificate(this, 'Certificate', {
        domainName,
        subjectAlternativeNames,
        validation: acm.CertificateValidation.fromDns(zone),
      }),
    );
  }
}
