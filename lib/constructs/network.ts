import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';

export interface NetworkProps {
  /** Zones, addresses, NAT, endpoints, flow logs, or the VPC to adopt. */
  readonly environment: Environment;
}

/** Where a task is put. */
interface TaskPlacement {
  readonly vpcSubnets: ec2.SubnetSelection;
  /** Without a NAT gateway, a public address is the task's only way to Stripe. */
  readonly assignPublicIp: boolean;
}

/** As many as an environment file may name. */
const mostZones = 4;

/** A VPC in three layers: load balancer in public, tasks in private, database in isolated subnets. */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  readonly loadBalancerSubnets: ec2.SubnetSelection;
  readonly databaseSubnets: ec2.SubnetSelection;
  readonly tasks: TaskPlacement;
  private readonly dnsServers: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { environment } = props;
    const hasNat = environment.nat !== 'none';
    if (environment.vpc === undefined) {
      const vpc = this.createVpc(environment);
      this.vpc = vpc as ec2.IVpc;
      if (environment.flowLogs === 'none') {
        Validations.of(vpc).acknowledge({
          id: 'AwsSolutions-VPC7',
          reason: 'The environment’s file says so: flowLogs is none.',
        });
      } else {
        this.logFlows(vpc, environment);
      }
      if (environment.interfaceEndpoints) this.addInterfaceEndpoints(vpc, environment);
    } else {
      this.vpc = this.adoptVpc(environment.vpc, environment.availabilityZones);
    }
    this.dnsServers = environment.vpc?.dnsServers ?? [];
    // By their names: without NAT the private subnets are of the same type as the isolated ones.
    this.loadBalancerSubnets = { subnetGroupName: 'public' };
    this.databaseSubnets = { subnetGroupName: 'isolated' };
    this.tasks = {
      vpcSubnets: { subnetGroupName: hasNat ? 'private' : 'public' },
      assignPublicIp: !hasNat,
    };
  }

  /**
   * Lets tasks out to DNS servers of one's own. Amazon's is reached past every security group.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
   */
  letOutToDns(securityGroup: ec2.SecurityGroup): void {
    for (const server of this.dnsServers) {
      const peer = ec2.Peer.ipv4(server.includes('/') ? server : `${server}/32`);
      securityGroup.addEgressRule(peer, ec2.Port.udp(53), 'DNS');
      // Answers that are too long for a datagram.
      securityGroup.addEgressRule(peer, ec2.Port.tcp(53), 'DNS');
    }
  }

  private createVpc(environment: Environment): ec2.Vpc {
    const { nat } = environment;
    const zoneCount = environment.availabilityZones.length;
    const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(environment.vpcCidr),
      maxAzs: zoneCount,
      // The addresses of further zones, kept free so that adding one leaves the subnets as they are.
      reservedAzs: mostZones - zoneCount,
      natGateways: { none: 0, single: 1, regional: 1, perZone: zoneCount }[nat],
      ...(nat === 'regional' && { natGatewayProvider: ec2.NatProvider.regionalGateway() }),
      restrictDefaultSecurityGroup: true,
      // All three layers whatever the NAT, so that the choice can be changed with the VPC in use.
      subnetConfiguration: [
        { name: 'public', subnetType: PUBLIC, cidrMask: 24 },
        {
          name: 'private',
          subnetType: nat === 'none' ? PRIVATE_ISOLATED : PRIVATE_WITH_EGRESS,
          cidrMask: 24,
        },
        { name: 'isolated', subnetType: PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // Image layers come from S3: through the gateway endpoint they cost no NAT traffic.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      // The CDK declares its optional properties less exactly than this project's compiler reads them.
    });
    if (nat === 'regional') this.awaitAttachment(vpc);
    return vpc;
  }

  /** The CDK lets a regional gateway wait for the internet gateway, and not for its being attached. */
  private awaitAttachment(vpc: ec2.Vpc): void {
    const resources = vpc.node.findAll();
    const attachment = resources.find((each) => each instanceof ec2.CfnVPCGatewayAttachment);
    if (attachment === undefined) throw new Error('public subnets have an internet gateway');
    for (const each of resources) {
      if (each instanceof ec2.CfnNatGateway) each.addResourceDependency(attachment);
    }
  }

  private adoptVpc(adopted: NonNullable<Environment['vpc']>, zones: string[]): ec2.IVpc {
    Validations.of(this).acknowledge({
      id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'No route is added to the subnets of somebody else.',
    });
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: adopted.id,
      availabilityZones: zones,
      publicSubnetIds: adopted.publicSubnetIds,
      publicSubnetNames: ['public'],
      privateSubnetIds: adopted.privateSubnetIds,
      privateSubnetNames: ['private'],
      isolatedSubnetIds: adopted.isolatedSubnetIds,
      isolatedSubnetNames: ['isolated'],
    });
  }

  /** Who talked to whom, for the question that is asked after an incident. */
  private logFlows(vpc: ec2.Vpc, environment: Environment): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', {
      retention: environment.logRetentionDays,
      removalPolicy: environment.production
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    const { ALL, REJECT } = ec2.FlowLogTrafficType;
    vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup as logs.ILogGroup),
      trafficType: environment.flowLogs === 'all' ? ALL : REJECT,
    });
  }

  /** The AWS APIs that tasks call, at addresses of the VPC; whoever is in it may call them. */
  private addInterfaceEndpoints(vpc: ec2.Vpc, environment: Environment): void {
    const securityGroup = new ec2.SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: vpc as ec2.IVpc,
      description: 'Interface endpoints: in from the VPC, out to nobody',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(
      ec2.Peer.ipv4(environment.vpcCidr),
      ec2.Port.HTTPS,
      'Whoever is in the VPC',
    );
    const hasQueue = environment.stripeEventSource !== undefined;
    for (const [name, service] of Object.entries({
      ...interfaceEndpoints,
      ...(hasQueue && { Sqs: ec2.InterfaceVpcEndpointAwsService.SQS }),
    })) {
      vpc.addInterfaceEndpoint(name, {
        service,
        subnets: { subnetGroupName: 'private' },
        securityGroups: [securityGroup],
        // The group above, and not the CDK's own addition to it.
        open: false,
      });
    }
  }
}

const { ECR, ECR_DOCKER, SECRETS_MANAGER, CLOUDWATCH_LOGS, SNS } =
  ec2.InterfaceVpcEndpointAwsService;

/** What a task calls: its image, its secrets, its log, its topic. */
const interfaceEndpoints = {
  EcrApi: ECR,
  EcrDocker: ECR_DOCKER,
  SecretsManager: SECRETS_MANAGER,
  Logs: CLOUDWATCH_LOGS,
  Sns: SNS,
};
