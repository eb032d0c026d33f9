import { removeAssemblies, type Synthesis, synthesise, toHttps } from './synthesis';

afterAll(removeAssemblies);

/** Types whose replacement loses something: data, an address that others know, a subscription. */
const stateful = [
  'AWS::EC2::VPC',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SecretsManager::Secret',
];

function statefulIds({ templates }: Synthesis): readonly string[] {
  return Object.entries(templates)
    .flatMap(([kind, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => stateful.includes(Type))
        .map(([id, { Type }]) => `${kind} ${Type} ${id}`),
    )
    .sort();
}

/**
 * A contract with every environment that is deployed: a line that changes here is a resource that
 * CloudFormation deletes and makes anew.
 */
const pinned = (readers: readonly string[]) =>
  [
    'data AWS::KMS::Key AlarmTopicKeyBA1A4AA7',
    'data AWS::RDS::DBCluster LedgerDatabaseCluster65C98A3E',
    'data AWS::RDS::DBInstance LedgerDatabaseClusterWriterF2115562',
    ...readers.map((id) => `data AWS::RDS::DBInstance ${id}`),
    'data AWS::SNS::Topic AlarmTopicC2164170',
    'data AWS::SNS::Topic BillingTopic59E0C9BA',
    'data AWS::SecretsManager::Secret StripeSecretsJwtAccessTokenSecretDDC60999',
    'data AWS::SecretsManager::Secret StripeSecretsStripeSecretKey2C521F88',
    'data AWS::SecretsManager::Secret StripeSecretsStripeWebhookSecretD5F30EB7',
    'data AWS::SecretsManager::Secret LedgerDatabaseCredentials7978E15F',
    'network AWS::EC2::VPC NetworkVpc7FB7348F',
    'network AWS::Route53::HostedZone PublicZone65FBFA2F',
    'service AWS::ElasticLoadBalancingV2::Listener HttpsEdgeLoadBalancerHttpB8C13203',
    'service AWS::ElasticLoadBalancingV2::Listener HttpsEdgeLoadBalancerHttps3EF27B0C',
    'service AWS::ElasticLoadBalancingV2::LoadBalancer HttpsEdgeLoadBalancer2EEF5D39',
    'service AWS::Logs::LogGroup PaymentsServiceLogs8AE4E49F',
    'service AWS::S3::Bucket HttpsEdgeAccessLogsDF2846AE',
  ].sort();

test.each([
  ['dev', []],
  ['staging', []],
  ['prod', ['LedgerDatabaseClusterReader19E0A3EDB']],
])('I1: in %s, whatever holds state keeps its logical id', (env, readers) => {
  expect(statefulIds(synthesise({ env, ...toHttps }))).toEqual(pinned(readers));
});

test('I1: what cannot be made again outlives its stack, and is gone after a creation that failed', () => {
  const { templates } = synthesise({ env: 'dev', ...toHttps });
  const retained = Object.values(templates).flatMap(({ Resources }) =>
    Object.entries(Resources).filter(([, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith('Retain'),
    ),
  );
  // Plain `Retain` would keep a name that the second attempt then finds taken.
  expect(retained.map(([id, { DeletionPolicy }]) => [id, DeletionPolicy]).sort()).toEqual(
    [
      'AlarmTopicKeyBA1A4AA7',
      'BillingTopic59E0C9BA',
      'HttpsEdgeAccessLogsDF2846AE',
      'PublicZone65FBFA2F',
      'StripeSecretsJwtAccessTokenSecretDDC60999',
      'StripeSecretsStripeSecretKey2C521F88',
      'StripeSecretsStripeWebhookSecretD5F30EB7',
    ].map((id) => [id, 'RetainExceptOnCreate']),
  );
  for (const [id, { UpdateReplacePolicy }] of retained) {
    expect([id, UpdateReplacePolicy]).toEqual([id, 'Retain']);
  }
});
