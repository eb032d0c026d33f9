import { all, dev, type Policy, prod, staging } from '../shipped-environments';
import { shop } from '../shop-environment';
import {
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  type Synthesis,
  synthesise,
  type Template,
  toHttps,
} from '../synthesis';

afterAll(removeAssemblies);

describe('I1: the network', () => {
  test.each([
    ['dev', dev, 2, 0],
    ['staging', staging, 2, 1],
    ['prod', prod, 3, 3],
  ] as const)(
    'I1: %s has its configured zones, without an account',
    (_env, { templates }, zones, gateways) => {
      const subnets = Object.values(
        resourcesOf<{ AvailabilityZone: string }>(templates.network, 'AWS::EC2::Subnet'),
      );
      expect(subnets).toHaveLength(3 * zones);
      const named = new Set(subnets.map(({ Properties }) => Properties.AvailabilityZone));
      expect(named).toEqual(new Set(['us-east-1a', 'us-east-1b', 'us-east-1c'].slice(0, zones)));
      const nat = resourcesOf(templates.network, 'AWS::EC2::NatGateway');
      expect(Object.keys(nat)).toHaveLength(gateways);
    },
  );

  test('I1: a zone that is added later leaves the subnets of the others as they are', () => {
    const subnets = ({ templates }: Synthesis) =>
      resourcesOf<{ CidrBlock: string }>(templates.network, 'AWS::EC2::Subnet');
    for (const [id, { Properties }] of Object.entries(subnets(staging))) {
      expect([id, subnets(prod)[id]?.Properties.CidrBlock]).toEqual([id, Properties.CidrBlock]);
    }
  });

  test('I11: the default security group is closed', () => {
    for (const { templates } of all) {
      expect(propertiesOf(templates.network, 'Custom::VpcRestrictDefaultSG')).toBeDefined();
    }
  });
});

test('I1: a zone in trouble can be taken out of the load balancer', () => {
  for (const { templates } of all) {
    expect(loadBalancerAttributes(templates.service)).toMatchObject({
      'zonal_shift.config.enabled': 'true',
    });
  }
});

describe('I1: the database', () => {
  const cluster = 'AWS::RDS::DBCluster';

  test('I1: production keeps its data, whatever happens to the stack', () => {
    const [resource] = Object.values(resourcesOf(prod.templates.data, cluster));
    expect(resource?.DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(resource?.Properties).toMatchObject({
      DeletionProtection: true,
      StorageEncrypted: true,
      BackupRetentionPeriod: 35,
      EnableCloudwatchLogsExports: ['postgresql'],
    });
    expect(prod.terminationProtection).toEqual(
      ['data', 'monitoring', 'network', 'service'].map((kind) => `tollgate-prod-${kind}`),
    );
    expect(staging.terminationProtection).toEqual([]);
  });

  test('I1: production keeps the credentials as it keeps the cluster', () => {
    const credentialsOf = ({ templates }: Synthesis) =>
      templates.data.Resources.LedgerDatabaseCredentials7978E15F;
    expect(credentialsOf(prod)).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(credentialsOf(staging)?.DeletionPolicy).toBe('Delete');
  });

  test('I1, I16: what the cluster cannot do without is kept with it, and gone with a failed creation', () => {
    const kept = Object.entries(prod.templates.data.Resources).filter(([id]) =>
      /^LedgerDatabase(?!ReaderPolicy|LogRetention)/.test(id),
    );
    expect(new Set(kept.map(([, { Type }]) => Type))).toEqual(
      new Set([
        'AWS::EC2::SecurityGroup',
        'AWS::RDS::DBCluster',
        'AWS::RDS::DBClusterParameterGroup',
        'AWS::RDS::DBInstance',
        'AWS::RDS::DBSubnetGroup',
        'AWS::SecretsManager::Secret',
        'AWS::SecretsManager::SecretTargetAttachment',
      ]),
    );
    for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of kept) {
      expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([
        id,
        'RetainExceptOnCreate',
        'Retain',
      ]);
    }
  });

  test('I16: a stack of production that does not stand yet can be deleted, with all that is in it', () => {
    const { report, templates, terminationProtection } = synthesise(
      { env: 'prod', ...toHttps },
      { isStanding: (name) => name === 'tollgate-prod-network' },
    );
    expect(terminationProtection).toEqual(['tollgate-prod-network']);
    expect(propertiesOf(templates.data, cluster)).toMatchObject({ DeletionProtection: false });
    expect(loadBalancerAttributes(templates.service)).toMatchObject({
      'deletion_protection.enabled': 'false',
    });
    expect(loadBalancerAttributes(prod.templates.service)).toMatchObject({
      'deletion_protection.enabled': 'true',
    });
    expect(report).toContain('data, service, monitoring: not protected from deletion yet');
    const plain = Object.values(templates).flatMap(({ Resources }) =>
      Object.values(Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain'),
    );
    expect(plain.map(({ Type }) => Type)).toEqual(['AWS::S3::Bucket']);
  });

  test('I1: its log is kept as long as that of the service, by a function that may do no more', () => {
    for (const { templates } of all) {
      const { RetentionInDays } = propertiesOf(templates.service, 'AWS::Logs::LogGroup');
      expect(propertiesOf(templates.data, 'Custom::LogRetention')).toMatchObject({
        LogGroupName: {
          'Fn::Join': ['', ['/aws/rds/cluster/', { Ref: expect.anything() }, '/postgresql']],
        },
        RetentionInDays,
      });
      const { PolicyDocument } = propertiesOf(templates.data, 'AWS::IAM::Policy');
      const [statement] = (PolicyDocument as { Statement: readonly { Resource: unknown }[] })
        .Statement;
      const resources = JSON.stringify(statement?.Resource);
      expect(resources).toContain(':log-group:/aws/rds/cluster/*');
      expect(resources).not.toContain('"*"');
    }
  });

  test('I1: Aurora stays at the version of the template, which could not go back to it', () => {
    for (const { templates } of all) {
      const instances = Object.values(resourcesOf(templates.data, 'AWS::RDS::DBInstance'));
      for (const { Properties } of instances) {
        expect(Properties).toMatchObject({ AutoMinorVersionUpgrade: false });
      }
    }
  });

  test('I1: in China and the like no ARN is of the partition of the others', () => {
    const elsewhere = shop({
      region: 'cn-north-1',
      availabilityZones: ['cn-north-1a', 'cn-north-1b'],
      image: `123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/pay@sha256:${'0'.repeat(64)}`,
    });
    const text = JSON.stringify(Object.values(elsewhere.templates));
    expect(/.{60}arn:aws:.{40}/.exec(text)?.[0]).toBeUndefined();
    expect(text).toContain(':repository/pay');
  });

  test('I1: the user name is no reference, whose change would replace the cluster', () => {
    for (const { templates } of all) {
      expect(propertiesOf(templates.data, cluster)).toMatchObject({ MasterUsername: 'tollgate' });
    }
  });

  test('I1: Aurora is of the major version that the tests run on, and takes TLS alone', () => {
    expect(propertiesOf(prod.templates.data, cluster)).toMatchObject({
      Engine: 'aurora-postgresql',
      EngineVersion: expect.stringMatching(/^18\./),
    });
    expect(propertiesOf(prod.templates.data, 'AWS::RDS::DBClusterParameterGroup')).toMatchObject({
      Parameters: { 'rds.force_ssl': '1' },
    });
  });

  test('I11: people read it without a password, as one user, by a policy that allows that alone', () => {
    for (const { templates } of all) {
      const [id] = Object.keys(resourcesOf(templates.data, cluster));
      expect(templates.data.Resources[id ?? '']?.Properties).toMatchObject({
        EnableIAMDatabaseAuthentication: true,
      });
      const { PolicyDocument } = propertiesOf(templates.data, 'AWS::IAM::ManagedPolicy');
      const { Statement } = PolicyDocument as { readonly Statement: readonly object[] };
      expect(Statement).toEqual([
        { Action: 'rds-db:connect', Effect: 'Allow', Resource: expect.anything() },
      ]);
      const resource = JSON.stringify(Statement);
      expect(resource).toContain(`"Fn::GetAtt":["${id}","DBClusterResourceId"]`);
      expect(resource).toContain('"/tollgate_reader"');
    }
  });

  test('I1: the database of dev may pause, and its tasks know; no instance is public', () => {
    expect(propertiesOf(dev.templates.data, cluster)).toMatchObject({
      ServerlessV2ScalingConfiguration: {
        MinCapacity: 0,
        MaxCapacity: 2,
        SecondsUntilAutoPause: 600,
      },
    });
    for (const { templates } of all) {
      const { MinCapacity } = propertiesOf(templates.data, cluster)
        .ServerlessV2ScalingConfiguration as { readonly MinCapacity: number };
      const told = JSON.stringify(templates.service).includes('DATABASE_MAY_PAUSE');
      expect(told).toBe(MinCapacity === 0);
    }
    for (const { templates } of all) {
      const instances = Object.values(resourcesOf(templates.data, 'AWS::RDS::DBInstance'));
      for (const { Properties } of instances) expect(Properties.PubliclyAccessible).toBe(false);
      expect(instances).toHaveLength(templates === prod.templates ? 2 : 1);
    }
  });
});

describe('I1: topics, edge and outputs', () => {
  test('I11: both topics are encrypted and refuse requests without TLS', () => {
    const topics = Object.values(resourcesOf(prod.templates.data, 'AWS::SNS::Topic'));
    for (const { Properties } of topics) expect(Properties).toHaveProperty('KmsMasterKeyId');
    const policies = resourcesOf<Policy>(prod.templates.data, 'AWS::SNS::TopicPolicy');
    expect(Object.keys(policies)).toHaveLength(topics.length);
    for (const { Properties } of Object.values(policies)) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test('I1: production’s load balancer cannot be deleted, and all write access logs', () => {
    for (const { templates } of all) {
      const isProduction = templates === prod.templates;
      expect(
        propertiesOf(templates.service, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
      ).toMatchObject({
        Scheme: 'internet-facing',
        LoadBalancerAttributes: expect.arrayContaining([
          { Key: 'deletion_protection.enabled', Value: String(isProduction) },
          { Key: 'access_logs.s3.enabled', Value: 'true' },
        ]),
      });
    }
  });

  test('I8: the outputs say everything that the ops commands need', () => {
    const outputs = Object.values(staging.templates).flatMap(({ Outputs }) => Object.keys(Outputs));
    expect(outputs.filter((name) => !name.startsWith('PublishOutput')).sort()).toEqual([
      'AlarmTopicArn',
      'BillingEventsTopicArn',
      'ClosedPaths',
      'ClusterName',
      'Commit',
      'DatabaseReadEndpoint',
      'DatabaseReaderPolicyArn',
      'DatabaseSecretArn',
      'DeployRecordName',
      'EmergencyHttp',
      'FlagsGiven',
      'FlagsInForce',
      'HttpListenerArn',
      'HttpRulesFrom',
      'HttpsListenerArn',
      'HttpsRulesFrom',
      'JwtAccessTokenSecretArn',
      'LoadBalancerArn',
      'LoadBalancerDnsName',
      'LoadBalancerSecurityGroupId',
      'LogGroupName',
      'NameServers',
      'NextStepToHttps',
      'PrivateSubnetIds',
      'PublicBaseUrl',
      'Region',
      'ServiceName',
      'StripeMode',
      'StripeSecretKeyArn',
      'StripeWebhookSecretArn',
      'SwitchEndRoleArn',
      'TargetGroupArn',
      'TaskSecurityGroupId',
      'VpcId',
      'WebhookPaths',
      'WebhookUrl',
    ]);
  });

  test('I1: the CDK’s own validation of the templates finds nothing', () => {
    expect(() => synthesise({ env: 'prod', ...toHttps }, { isValidated: true })).not.toThrow();
  });
});

function loadBalancerAttributes(template: Template): Readonly<Record<string, string>> {
  const { LoadBalancerAttributes } = propertiesOf<{
    readonly LoadBalancerAttributes: readonly { readonly Key: string; readonly Value: string }[];
  }>(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  return Object.fromEntries(LoadBalancerAttributes.map(({ Key, Value }) => [Key, Value]));
}
