import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { defaults } from './defaults';
import { createLogGroup, type LogKeeping } from './log-group';
import type { TaskPlacement, VpcPlacement } from './vpc-placement';

/** How long its flow logs stay, and the VPC itself. */
export interface NetworkProps extends LogKeeping {
  /**
   * The addresses of the VPC, from a /16 to a /20; once it is deployed, another range would replace it and
   * all in it.
   * @default '10.0.0.0/16'
   */
  readonly vpcCidr?: string | undefined;
  /**
   * How many availability zones it spans, from 2 to 4; further ones can be added later.
   * @default 2
   */
  readonly zoneCount?: number | undefined;
  /**
   * NAT gateways: one for all zones, one in each, one that spans them, or none; with none the tasks have
   * public addresses, since Stripe is on the internet.
   * @default 'single'
   */
  readonly nat?: 'single' | 'perZone' | 'regional' | 'none' | undefined;
  /**
   * Whether the AWS APIs that tasks call have addresses inside of the VPC, at a price for each.
   * @default false
   */
  readonly interfaceEndpoints?: boolean | undefined;
  /**
   * Whether SQS is among them, for tasks that read a queue.
   * @default false
   */
  readonly hasQueue?: boolean | undefined;
  /**
   * Whether SSM is among them, for tasks that read their catalogue from a parameter.
   * @default false
   */
  readonly hasParameter?: boolean | undefined;
  /**
   * Which connections in the VPC are logged: those that were refused, all of them, or none.
   * @default 'rejected'
   */
  readonly flowLogs?: 'rejected' | 'all' | 'none' | undefined;
}

/** The most zones that addresses are kept free for. */
const mostZones = 4;

/** A VPC in three layers: load balancer in public, tasks in private, database in isolated subnets. */
export class Network extends Construct implements VpcPlacement {
  readonly vpc: ec2.IVpc;
  readonly loadBalancerSubnets: ec2.SubnetSelection;
  readonly databaseSubnets: ec2.SubnetSelection;
  readonly tasks: TaskPlacement;

  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    const vpc = this.createVpc(props);
    this.vpc = vpc as ec2.IVpc;
    const { flowLogs = defaults.network.flowLogs } = props;
    if (flowLogs === 'none') {
      Validations.of(vpc).acknowledge({
        id: 'AwsSolutions-VPC7',
        reason: 'Chosen by whoever deploys it: flowLogs is none.',
      });
    } else {
      this.logFlows(vpc, flowLogs, props);
    }
    if (props.interfaceEndpoints) this.addInterfaceEndpoints(vpc, props);
    ({
      loadBalancerSubnets: this.loadBalancerSubnets,
      databaseSubnets: this.databaseSubnets,
      tasks: this.tasks,
    } = placementByName(props.nat !== 'none'));
  }

  private createVpc(props: NetworkProps): ec2.Vpc {
    const { nat = defaults.network.nat, vpcCidr = defaults.network.vpcCidr } = props;
    const { zoneCount = defaults.network.zoneCount } = props;
    const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
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
      // Image layers come from S3, and a catalogue that is stored there: through the gateway endpoint they cost no NAT traffic.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
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

  /** Who talked to whom, for the question that is asked after an incident. */
  private logFlows(vpc: ec2.Vpc, which: 'rejected' | 'all', keeping: LogKeeping): void {
    const logGroup = createLogGroup(this, 'FlowLogs', keeping);
    const { ALL, REJECT } = ec2.FlowLogTrafficType;
    vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup as logs.ILogGroup),
      trafficType: which === 'all' ? ALL : REJECT,
    });
  }

  /** The AWS APIs that tasks call, at addresses of the VPC; whoever is in it may call them. */
  private addInterfaceEndpoints(
    vpc: ec2.Vpc,
    { hasParameter = false, hasQueue = false, vpcCidr = defaults.network.vpcCidr }: NetworkProps,
  ): void {
    const securityGroup = new ec2.SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: vpc as ec2.IVpc,
      description: 'Interface endpoints: in from the VPC, out to nobody',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(ec2.Peer.ipv4(vpcCidr), ec2.Port.HTTPS, 'Whoever is in the VPC');
    for (const [name, service] of Object.entries({
      ...interfaceEndpoints,
      ...(hasQueue && { Sqs: ec2.InterfaceVpcEndpointAwsService.SQS }),
      ...(hasParameter && { Ssm: ec2.InterfaceVpcEndpointAwsService.SSM }),
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

/**
 * The places of a VPC whose subnet groups are called public, private and isolated. By their names:
 * without NAT the private subnets are of the same type as the isolated ones.
 * @param hasNat whether the private subnets lead to the internet
 */
export function placementByName(hasNat: boolean): Omit<VpcPlacement, 'vpc'> {
  return {
    loadBalancerSubnets: { subnetGroupName: 'public' },
    databaseSubnets: { subnetGroupName: 'isolated' },
    tasks: {
      vpcSubnets: { subnetGroupName: hasNat ? 'private' : 'public' },
      assignPublicIp: !hasNat,
    },
  };
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
