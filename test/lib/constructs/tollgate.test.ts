import { join } from 'node:path';
import { ExternalDatabase, imageNamed, Tollgate, type TollgateProps } from '@tollgate/constructs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';

const catalogue = join(__dirname, '../../../catalogue/default.json');

function shop(props: (stack: Stack) => Partial<TollgateProps>) {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'us-east-1' } });
  const tollgate = new Tollgate(stack, 'Payments', {
    domainName: 'pay.shop.test',
    catalogue,
    image: imageNamed(stack, 'Image', `ghcr.io/shop/pay@sha256:${'0'.repeat(64)}`),
    ...props(stack),
  });
  return { tollgate, template: Template.fromStack(stack) };
}

test('I19: with a domain and a catalogue alone, all of it is made, with the defaults of an environment', () => {
  const { template } = shop(() => ({}));
  const counts = {
    'AWS::EC2::VPC': 1,
    'AWS::RDS::DBCluster': 1,
    'AWS::ECS::Cluster': 1,
    'AWS::ECS::Service': 1,
    'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
    'AWS::SecretsManager::Secret': 4,
    'AWS::CloudWatch::Dashboard': 1,
  };
  for (const [type, count] of Object.entries(counts)) template.resourceCountIs(type, count);
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '512', Memory: '1024' });
  template.hasResourceProperties('AWS::RDS::DBCluster', {
    BackupRetentionPeriod: 7,
    DeletionProtection: false,
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
  });
  template.hasResource('AWS::RDS::DBCluster', { DeletionPolicy: 'RetainExceptOnCreate' });
});

test('I19: what is given is used and not made: VPC, cluster, listener, database, topics', () => {
  const { template, tollgate } = shop((stack) => {
    // The CDK's own classes are not what its interfaces say where undefined is looked at closely.
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) as ec2.IVpc;
    const loadBalancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc });
    const certificates = [
      elb.ListenerCertificate.fromArn('arn:aws:acm:us-east-1:123456789012:certificate/a'),
    ];
    const defaultAction = elb.ListenerAction.fixedResponse(404);
    return {
      vpc,
      cluster: new ecs.Cluster(stack, 'Cluster', { vpc }) as ecs.ICluster,
      listener: loadBalancer.addListener('Https', { port: 443, certificates, defaultAction }),
      httpListener: loadBalancer.addListener('Http', { port: 80, defaultAction }),
      database: new ExternalDatabase(stack, 'Database', {
        credentials: new secretsmanager.Secret(stack, 'Credentials') as secretsmanager.ISecret,
        peer: '10.1.2.0/24',
      }),
      billingEventsTopic: new sns.Topic(stack, 'Events'),
      alarmTopic: new sns.Topic(stack, 'Alarms'),
    };
  });
  const counts = {
    'AWS::EC2::VPC': 1,
    'AWS::RDS::DBCluster': 0,
    'AWS::ECS::Cluster': 1,
    'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
    'AWS::ElasticLoadBalancingV2::Listener': 2,
    'AWS::SNS::Topic': 2,
  };
  for (const [type, count] of Object.entries(counts)) template.resourceCountIs(type, count);
  expect(tollgate.edge.certificate).toBeUndefined();
});

test('I19: the catalogue is uploaded, and the tasks may read that object and no other', () => {
  const { template } = shop(() => ({}));
  const told = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
    .flatMap(({ Properties }) => Properties.ContainerDefinitions[0].Environment)
    .find(({ Name }) => Name === 'CATALOGUE_ARN');
  expect(JSON.stringify(told.Value)).toMatch(/:s3:::cdk-hnb659fds-assets-.*\/[0-9a-f]{64}\.json/);
  const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
  expect(policies).toContain(
    `"Action":"s3:GetObject","Effect":"Allow","Resource":${JSON.stringify(told.Value)}`,
  );
});

test('I19: two in one stack get in each other’s way nowhere', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'us-east-1' } });
  for (const name of ['Books', 'Music']) {
    new Tollgate(stack, name, { domainName: `${name.toLowerCase()}.shop.test`, catalogue });
  }
  const secrets = Template.fromStack(stack).findResources('AWS::SecretsManager::Secret');
  const names = Object.values(secrets).flatMap(({ Properties }) => Properties.Name ?? []);
  expect(new Set(names).size).toBe(6);
});

test('I19: a catalogue that is none, and a listener of nobody’s, are refused with what to give', () => {
  expect(() => shop(() => ({ catalogue: 'README.md' }))).toThrow(
    /catalogue README\.md is no JSON file that can be read; give the path of one/,
  );
  expect(() =>
    shop((stack) => ({
      listener: elb.ApplicationListener.fromApplicationListenerAttributes(stack, 'Https', {
        listenerArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/0/1',
        securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-01234567'),
      }),
    })),
  ).toThrow(/is looked up, and does not say which load balancer it is of; give loadBalancer too/);
});
