import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface NetworkProps {
  /** The addresses, such as `10.0.0.0/16`. */
  readonly cidr: string;
  /** NAT gateways: one for all zones (cheap), or one in each (survives the loss of a zone). */
  readonly nat: 'single' | 'perZone';
  /** How many availability zones to use. */
  readonly zoneCount: number;
}

/** As many as an environment file may name. */
const mostZones = 4;

/** A VPC in three layers: load balancer in public, tasks in private, database in isolated subnets. */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr),
      maxAzs: props.zoneCount,
      // The addresses of further zones, kept free so that adding one leaves the subnets as they are.
      reservedAzs: mostZones - props.zoneCount,
      natGateways: props.nat === 'single' ? 1 : props.zoneCount,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
        { name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // Image layers come from S3: through the gateway endpoint they cost no NAT traffic.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      // The CDK declares its optional properties less exactly than this project's compiler reads them.
    }) as ec2.IVpc;
  }
}
