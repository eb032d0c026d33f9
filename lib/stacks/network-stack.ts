import { CfnWaitConditionHandle, Fn, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../configuration/settings';
import { Network } from '../constructs/network';
import { PublicZone } from '../constructs/public-zone';
import { publish } from './outputs';

export interface NetworkStackProps extends StackProps {
  readonly settings: Settings;
}

/** VPC and hosted zone: what everything else stands on, and what changes least. */
export class NetworkStack extends Stack {
  readonly network: Network;
  readonly zone: PublicZone | undefined;
  private readonly zones: string[];

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { environment, https } = props.settings;
    this.zones = environment.availabilityZones;
    this.network = new Network(this, 'Network', { environment });
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

  /** The configured zones. The inherited answer would ask an account for them, or settle for two. */
  override get availabilityZones(): string[] {
    return this.zones;
  }
}
