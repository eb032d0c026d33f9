import { CfnWaitConditionHandle, Fn, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { Settings } from '../configuration/settings';
import { Network, placementByName } from '../constructs/network';
import { PublicZone } from '../constructs/public-zone';
import type { VpcPlacement } from '../constructs/vpc-placement';
import { logKeeping } from './log-keeping';
import { publish } from './outputs';

export interface NetworkStackProps extends StackProps {
  readonly settings: Settings;
}

/** VPC and hosted zone: what everything else stands on, and what changes least. */
export class NetworkStack extends Stack {
  readonly network: VpcPlacement;
  readonly zone: PublicZone | undefined;
  private readonly zones: string[];

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { environment, https } = props.settings;
    this.zones = environment.availabilityZones;
    this.network =
      environment.vpc === undefined
        ? this.createNetwork(environment)
        : this.adoptNetwork(environment.vpc, environment);
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones are configured by name: asking for them would take an account at synth.',
    });
    const isCreated = environment.vpc === undefined;
    // The flag enableRoute53.
    const createsZone = https.hasZone && environment.https.hostedZone === undefined;
    // CloudFormation takes no stack without a resource; this one is nothing and costs nothing.
    if (!isCreated && !createsZone) new CfnWaitConditionHandle(this, 'AllAdopted');
    publish(this, {
      VpcId: ['The VPC of everything', this.network.vpc.vpcId],
      PrivateSubnetIds: [
        'Where a shell of CloudShell reaches the database from',
        this.network.vpc.privateSubnets.map(({ subnetId }) => subnetId).join(','),
      ],
    });
    if (!https.hasZone) return;
    this.zone = new PublicZone(this, 'PublicZone', {
      domainName: environment.domainName,
      adopted: environment.https.hostedZone,
    });
    if (this.zone.nameServers === undefined) return;
    const nameServers = Fn.join(', ', [...this.zone.nameServers]);
    publish(this, { NameServers: ['Delegate the domain to these at its parent', nameServers] });
  }

  private createNetwork(environment: Environment): Network {
    const { interfaceEndpoints, flowLogs, nat, region, variables, vpcCidr } = environment;
    return new Network(this, 'Network', {
      vpcCidr,
      zoneCount: environment.availabilityZones.length,
      nat,
      interfaceEndpoints,
      hasQueue: environment.stripeEventSource !== undefined,
      // One of another region is reached as all else on the internet is.
      hasParameter: variables?.CATALOGUE_ARN?.includes(`:ssm:${region}:`) ?? false,
      flowLogs,
      ...logKeeping(environment),
    });
  }

  private adoptNetwork(
    adopted: NonNullable<Environment['vpc']>,
    { availabilityZones, nat }: Environment,
  ): VpcPlacement {
    Validations.of(this).acknowledge({
      id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
      reason: 'No route is added to the subnets of somebody else.',
    });
    const { tasks, ...others } = placementByName(nat !== 'none');
    return {
      ...others,
      tasks: { ...tasks, dnsServers: adopted.dnsServers },
      vpc: ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId: adopted.id,
        availabilityZones,
        publicSubnetIds: adopted.publicSubnetIds,
        publicSubnetNames: ['public'],
        privateSubnetIds: adopted.privateSubnetIds,
        privateSubnetNames: ['private'],
        isolatedSubnetIds: adopted.isolatedSubnetIds,
        isolatedSubnetNames: ['isolated'],
      }),
    };
  }

  /** The configured zones. The inherited answer would ask an account for them, or settle for two. */
  override get availabilityZones(): string[] {
    return this.zones;
  }
}
