import { defaults } from '../../../constructs/defaults';
import { boolean, ec2Id, ipv4, ipv4Within, listOf, oneOf, optionalGroup, text } from './kinds';

/** None in which an address means this machine, this link or many: no machine can have one of those. */
const vpcRange = new RegExp(`^(?!(0|127|22[4-9]|2[3-5]\\d)\\.|169\\.254\\.)${ipv4}/(1[6-9]|20)$`);

const subnets = (whose: string) =>
  listOf(
    `The subnets of ${whose}, one in each of availabilityZones and in their order.`,
    ec2Id('A subnet.', 'a subnet', 'subnet'),
    'one subnet for each of availabilityZones',
    { minItems: 2, maxItems: 4 },
  );

/** Where the environment's machines are. */
export const network = {
  availabilityZones: listOf(
    'The zones to use, by name, so that synth need not ask an account for them.',
    text('An availability zone.', 'a zone such as us-east-1a', /^[a-z]{2,}(-[a-z]+)+-\d[a-z]$/),
    '2 to 4 different zones',
    { minItems: 2, maxItems: 4 },
  ),
  vpcCidr: text(
    'The addresses of the VPC; once it is deployed, another range would replace it and all in it.',
    'a range from /16 to /20 of addresses that machines may have, such as 10.0.0.0/16',
    vpcRange,
    { default: defaults.network.vpcCidr },
  ),
  nat: oneOf(
    'NAT gateways: one for all zones, one in each, one that spans them, or none; with none the ' +
      'tasks have public addresses, since Stripe is on the internet, and let in only the load balancer.',
    ['single', 'perZone', 'regional', 'none'],
    { default: defaults.network.nat },
  ),
  interfaceEndpoints: boolean(
    'Whether the AWS APIs that tasks call have addresses inside of the VPC (ECR, Secrets Manager, ' +
      'Logs, SNS, SQS with the queue, and SSM with a catalogue in a parameter), at a price for each of ' +
      'them and each zone.',
    false,
  ),
  flowLogs: oneOf(
    'Which connections in the VPC are logged: those that were refused, all of them, or none.',
    ['rejected', 'all', 'none'],
    { default: defaults.network.flowLogs },
  ),
  vpc: optionalGroup('An existing VPC to adopt instead of creating one.', {
    id: ec2Id('Its id.', 'a VPC', 'vpc'),
    publicSubnetIds: subnets('the load balancer, with a route to an internet gateway'),
    privateSubnetIds: subnets('the tasks, with a route to a NAT gateway'),
    isolatedSubnetIds: subnets('the database'),
    dnsServers: listOf(
      'The DNS servers that its DHCP options name, which tasks are let out to at port 53; Amazon’s own ' +
        'needs no entry.',
      text(
        'The address of a server, or a range of them.',
        'an address such as 10.1.0.10, or a range from /16 to /32, such as 10.1.0.0/28',
        ipv4Within(16),
      ),
      'up to 8 different addresses',
      { maxItems: 8, default: [] },
    ),
  }),
};
