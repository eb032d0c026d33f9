import { Duration, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { loadBalancerIdleTimeoutSeconds } from '../../service/contract';

interface LoadBalancerProps {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  /** Whether its deletion is refused. */
  readonly deletionProtection: boolean;
  /** Whether a firewall looks at its requests. */
  readonly hasFirewall: boolean;
}

/** The load balancer in the public subnets, with both of its logs. */
export function createLoadBalancer(
  scope: Construct,
  { vpc, vpcSubnets, deletionProtection, hasFirewall }: LoadBalancerProps,
): elb.IApplicationLoadBalancer {
  const loadBalancer = new elb.ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    vpcSubnets,
    internetFacing: true,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: elb.DesyncMitigationMode.DEFENSIVE,
    idleTimeout: Duration.seconds(loadBalancerIdleTimeoutSeconds),
    deletionProtection,
    // A firewall that does not answer lets requests pass: a signature says more than its rules, and
    // what stops a webhook stops money.
    ...(hasFirewall && { wafFailOpen: true }),
  });
  // So that ARC can take a zone that is in trouble out of it; free, and nothing happens by itself.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html
  loadBalancer.setAttribute('zonal_shift.config.enabled', 'true');
  const bucket = new s3.Bucket(scope, 'AccessLogs', {
    // The load balancer writes with S3's own key and no other.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    lifecycleRules: [{ expiration: Duration.days(90) }],
    // After a creation that failed, too: the load balancer has written a test file by then, and a
    // bucket that is not empty would stop the deletion of all.
    removalPolicy: RemovalPolicy.RETAIN,
  }) as s3.IBucket;
  loadBalancer.logAccessLogs(bucket);
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'It holds access logs itself; a log of who reads them would need a bucket of its own.',
  });
  Validations.of(loadBalancer).acknowledge({
    id: 'AwsSolutions-EC23',
    reason: 'It is the way in from the internet; nothing else is open to the world.',
  });
  // Who failed the TLS handshake, which no access log says: those are of requests.
  loadBalancer.logConnectionLogs(bucket, 'connections');
  return loadBalancer as elb.IApplicationLoadBalancer;
}

/** Somebody else's load balancer: its logs, attributes and security group are theirs. */
export function adoptLoadBalancer(
  scope: Construct,
  adopted: elb.IApplicationLoadBalancer | elb.ApplicationLoadBalancerAttributes,
): elb.IApplicationLoadBalancer {
  if (!('securityGroupId' in adopted)) return adopted;
  return elb.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(
    scope,
    'LoadBalancer',
    adopted,
  );
}

/** `app/name/id`, which metrics know a load balancer by. */
export const fullNameOfBalancer = (loadBalancer: elb.IApplicationLoadBalancer): string =>
  loadBalancer instanceof elb.ApplicationLoadBalancer
    ? loadBalancer.loadBalancerFullName
    : Fn.select(1, Fn.split(':loadbalancer/', loadBalancer.loadBalancerArn));
