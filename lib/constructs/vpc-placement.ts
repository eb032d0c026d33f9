import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Where tasks are put in a VPC, and what they need to find their way out of it. */
export interface TaskPlacement {
  /**
   * The subnets. Stripe is on the internet: they need a way out.
   * @default - the private subnets that have a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection | undefined;
  /**
   * Whether a task has a public address: in subnets without a NAT gateway its only way to Stripe.
   * @default false
   */
  readonly assignPublicIp?: boolean | undefined;
  /**
   * The DNS servers that the VPC's DHCP options name, each an address or a range such as 10.1.0.0/28, which
   * tasks are let out to at port 53. Amazon's own needs no entry.
   * @default - none
   */
  readonly dnsServers?: readonly string[] | undefined;
}

/** Where everything is put in a VPC: load balancer, tasks and database. */
export interface VpcPlacement {
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** With a way to the internet. */
  readonly loadBalancerSubnets: ec2.SubnetSelection;
  /** Without one, if there are such. */
  readonly databaseSubnets: ec2.SubnetSelection;
  /** With a way out. */
  readonly tasks: TaskPlacement;
}

/**
 * The security group of tasks: out to HTTPS and to the DNS.
 * @param says who the tasks are, and whom they may reach
 */
export function taskSecurityGroup(
  scope: Construct,
  vpc: ec2.IVpc,
  { dnsServers = [] }: TaskPlacement,
  says: { readonly description: string; readonly overHttps: string },
): ec2.SecurityGroup {
  const securityGroup = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: says.description,
    allowAllOutbound: false,
  });
  securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, says.overHttps);
  // Amazon's own server is reached past every security group.
  // https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
  for (const server of dnsServers) {
    const peer = ec2.Peer.ipv4(server.includes('/') ? server : `${server}/32`);
    securityGroup.addEgressRule(peer, ec2.Port.udp(53), 'DNS');
    // Answers that are too long for a datagram.
    securityGroup.addEgressRule(peer, ec2.Port.tcp(53), 'DNS');
  }
  return securityGroup;
}
