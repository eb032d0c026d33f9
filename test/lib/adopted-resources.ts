/** The region and the account of all that is adopted. */
export const home = 'us-east-1:123456789012';

/** What an environment says that adopts this besides a VPC of its own. */
export const vpc = {
  id: 'vpc-0123456789abcdef0',
  publicSubnetIds: ['subnet-aaaaaaaa', 'subnet-bbbbbbbb'],
  privateSubnetIds: ['subnet-cccccccc', 'subnet-dddddddd'],
  isolatedSubnetIds: ['subnet-eeeeeeee', 'subnet-ffffffff'],
};
export const adoptedBalancer = {
  arn: `arn:aws:elasticloadbalancing:${home}:loadbalancer/app/shop/0123456789abcdef`,
  dnsName: 'shop-1.us-east-1.elb.amazonaws.com',
  hostedZoneId: 'Z35SXDOTRQ7X7K',
  securityGroupId: 'sg-0123456789abcdef0',
};
export const loadBalancer = adoptedBalancer.arn;
