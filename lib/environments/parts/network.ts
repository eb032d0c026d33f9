import { boolean, ec2Id, listOf, oneOf, optionalGroup, text } from './kinds';

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
    text('An availability zone.', 'a zone such as us-east-1a', /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/),
    '2 to 4 different zones',
    { minItems: 2, maxItems: 4 },
  ),
  vpcCidr: text(
    'The addresses of the VPC; once it is deployed, another range would replace it and all in it.',
    'a range from /16 to /20, such as 10.0.0.0/16',
    /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|20)$/,
    { default: '10.0.0.0/16' },
  ),
  nat: oneOf(
    'NAT gateways: one for all zones, one in each, one that spans them, or none; with none the ' +
      'tasks have public addresses, since Stripe is on the internet, and let in the load balancer alone.',
    ['single', 'perZone', 'regional', 'none'],
    { default: 'single' },
  ),
  interfaceEndpoints: boolean(
    'Whether the AWS APIs that tasks call have addresses inside of the VPC (ECR, Secrets Manager, ' +
      'Logs, SNS, and SQS with the queue), at a price for each of them and each zone.',
    false,
  ),
  flowLogs: oneOf(
    'Which connections in the VPC are logged: those that were refused, all of them, or none.',
    ['rejected', 'all', 'none'],
    { default: 'rejected' },
  ),
  vpc: optionalGroup('An existing VPC to adopt instead of creating one.', {
    id: ec2Id('Its id.', 'a VPC', 'vpc'),
    publicSubnetIds: subnets('the load balancer, with a route to an internet gateway'),
    privateSubnetIds: subnets('the tasks, with a route to a NAT gateway'),
    isolatedSubnetIds: subnets('the database'),
  }),
};
