import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { ForceHttpForwarding } from './emergency-signs';

export interface HttpsEdgeProps {
  /** The VPC that it is in. */
  readonly vpc: ec2.IVpc;
  /**
   * Where the load balancer is put, in two zones at least.
   * @default - the public subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection | undefined;
  /** The host name of the service, in lower case. */
  readonly domainName: string;
  /**
   * The zone of the domain, or of a parent of it, for the alias record and a certificate's validation.
   * @default - no record: whoever runs the DNS points the domain at the load balancer
   */
  readonly hostedZone?: route53.IHostedZone | undefined;
  /**
   * What the HTTPS listener presents: a certificate, or `'create'` for one that is made here.
   * CloudFormation waits for that one until its zone can be resolved: leave it out until then.
   * @default - none: port 443 answers only where `httpsListener` does, with its own certificates
   */
  readonly certificate?: acm.ICertificate | 'create' | undefined;
  /**
   * Where Stripe delivers, from 1 to 4 paths outside of /v1.
   * @default - /webhooks/stripe
   */
  readonly webhookPaths?: readonly string[] | undefined;
  /**
   * An existing load balancer in the same VPC, or what identifies one, with an idle timeout of 60 seconds:
   * the tasks close their connections after 75. It lets in ports 80 and 443, and out to the tasks.
   * @default - one is created, with its logs in a bucket
   */
  readonly loadBalancer?:
    | elb.IApplicationLoadBalancer
    | elb.ApplicationLoadBalancerAttributes
    | undefined;
  /**
   * Its listener on port 80, to put rules for `domainName` into.
   * @default - one is created
   */
  readonly httpListener?: elb.IApplicationListener | undefined;
  /**
   * Its listener on port 443, to put rules for `domainName` into.
   * @default - one is created if there is a certificate
   */
  readonly httpsListener?: elb.IApplicationListener | undefined;
  /**
   * A target group of its listeners, of type ip, for the tasks; its health check should ask /started.
   * @default - one is created
   */
  readonly targetGroup?: elb.IApplicationTargetGroup | undefined;
  /**
   * Whether all requests for `domainName` in those listeners are the service's, whatever their path.
   * @default false - the paths of the service are, and the rest of the host is left to others
   */
  readonly takesWholeHost?: boolean | undefined;
  /**
   * Which contracts of other systems the service speaks (its variable ADAPTERS): their paths are its own too.
   * @default - none
   */
  readonly adapters?: string | undefined;
  /**
   * The first of 100 priorities that are free in those listeners.
   * @default 1000
   */
  readonly firstRulePriority?: number | undefined;
  /**
   * Whether the deletion of a load balancer that is created is refused. Before it has come to stand, its
   * creation could not be undone then: set it from the second deploy on.
   * @default false
   */
  readonly deletionProtection?: boolean | undefined;
  /**
   * Whether a web application firewall is put before it: one that does not answer lets requests pass.
   * @default false
   */
  readonly hasFirewall?: boolean | undefined;
  /**
   * In an emergency, port 80 forwards the webhook and health paths without TLS.
   * @default - port 80 redirects everything to port 443
   */
  readonly forceHttpForwarding?: ForceHttpForwarding | undefined;
  /**
   * Whether all but health and webhooks is answered with 503.
   * @default false
   */
  readonly maintenance?: boolean | undefined;
  /**
   * Whether the webhook paths take requests from Stripe's published addresses alone.
   * @default false
   */
  readonly stripeIpsOnly?: boolean | undefined;
}
