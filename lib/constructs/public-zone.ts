import { RemovalPolicy } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface PublicZoneProps {
  /** The host name of the service, which the zone must cover. */
  readonly domainName: string;
  /**
   * An existing zone to adopt.
   * @default - a zone named after the domain is created, whose name servers must be delegated
   */
  readonly adopted?: { readonly id: string; readonly name: string } | undefined;
}

/** The hosted zone that the domain is resolved in. */
export class PublicZone extends Construct {
  readonly zone: route53.IHostedZone;
  /** The name servers to delegate to; `undefined` for an adopted zone, which has its own. */
  readonly nameServers: readonly string[] | undefined;

  constructor(scope: Construct, id: string, props: PublicZoneProps) {
    super(scope, id);
    if (props.adopted !== undefined) {
      this.zone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: props.adopted.id,
        zoneName: props.adopted.name,
      });
      return;
    }
    const zone = new route53.PublicHostedZone(this, 'Zone', { zoneName: props.domainName });
    // A new zone would have other name servers than those the parent domain delegates to.
    zone.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.zone = zone;
    this.nameServers = zone.hostedZoneNameServers;
  }
}
