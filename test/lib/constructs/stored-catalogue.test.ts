import { faultsOfShop, shop } from '../shop-environment';
import { propertiesOf, removeAssemblies, resourcesOf } from '../synthesis';

afterAll(removeAssemblies);

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown }[];
  };
}

const object = 'arn:aws:s3:::shop-catalogue/now.json';
const parameter = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/catalogue';

test.each([
  [object, 's3:GetObject'],
  [parameter, 'ssm:GetParameter'],
])('I11: a task may read the catalogue at %s, and nothing beside it', (arn, action) => {
  const { templates } = shop({ variables: { CATALOGUE_ARN: arn } });
  const policies = resourcesOf<Policy>(templates.service, 'AWS::IAM::Policy');
  const statements = Object.values(policies).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  expect(statements.filter(({ Action }) => Action === action)).toEqual([
    { Action: action, Effect: 'Allow', Resource: arn },
  ]);
  const { ContainerDefinitions: containers } = propertiesOf<{
    readonly ContainerDefinitions: readonly { readonly Environment: readonly object[] }[];
  }>(templates.service, 'AWS::ECS::TaskDefinition');
  expect(containers[0]?.Environment).toContainEqual({ Name: 'CATALOGUE_ARN', Value: arn });
});

const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

test.each([
  [object, 's3'],
  [parameter, 'ssm'],
])('I11: the catalogue at %s may be decrypted by way of %s alone, with its own key', (arn, by) => {
  const { templates } = shop({ variables: { CATALOGUE_ARN: arn }, catalogueKeyArn: key });
  const policies = resourcesOf<Policy>(templates.service, 'AWS::IAM::Policy');
  const statements = Object.values(policies).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  const viaService = { 'kms:ViaService': `${by}.us-east-1.amazonaws.com` };
  expect(statements.filter(({ Resource }) => Resource === key)).toEqual([
    {
      Action: 'kms:Decrypt',
      Condition: { StringEquals: viaService },
      Effect: 'Allow',
      Resource: key,
    },
  ]);
});

test('I13: a key of no catalogue is refused, and one that is elsewhere', () => {
  expect(faultsOfShop({ catalogueKeyArn: key }).join()).toMatch(
    /catalogueKeyArn is given, but the catalogue is in the image.*give variables.CATALOGUE_ARN too/,
  );
  const elsewhere = key.replace('us-east-1', 'eu-west-1');
  expect(
    faultsOfShop({ variables: { CATALOGUE_ARN: object }, catalogueKeyArn: elsewhere }).join(),
  ).toMatch(/catalogueKeyArn is of account 123456789012, region eu-west-1; expected/);
});

test.each([
  ['a parameter, with endpoints', parameter, true, 1],
  ['a parameter, without', parameter, false, 0],
  ['an object, which has the endpoint of S3', object, true, 0],
  ['a parameter of elsewhere', parameter.replace('us-east-1', 'eu-west-1'), true, 0],
])('I1: SSM has an address in the VPC for %s', (_name, arn, interfaceEndpoints, expected) => {
  const { templates } = shop({ variables: { CATALOGUE_ARN: arn }, interfaceEndpoints });
  const endpoints = resourcesOf<{ ServiceName: unknown }>(
    templates.network,
    'AWS::EC2::VPCEndpoint',
  );
  const names = Object.values(endpoints).map(({ Properties }) =>
    JSON.stringify(Properties.ServiceName),
  );
  expect(names.filter((name) => name.includes('.ssm'))).toHaveLength(expected);
  expect(names.filter((name) => name.includes('.s3'))).toHaveLength(1);
});

test('I1: without NAT the tasks reach the catalogue as they reach Stripe, from public subnets', () => {
  const { templates } = shop({ variables: { CATALOGUE_ARN: parameter }, nat: 'none' });
  const { NetworkConfiguration } = propertiesOf<{
    readonly NetworkConfiguration: {
      readonly AwsvpcConfiguration: { readonly AssignPublicIp: string };
    };
  }>(templates.service, 'AWS::ECS::Service');
  expect(NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('ENABLED');
});

test.each(['arn:aws:s3:::shop-catalogue/*', 'arn:aws:s3:::shop-catalogue', 's3://shop/now.json'])(
  'I13: %s is refused as the address of a catalogue',
  (arn) => {
    expect(faultsOfShop({ variables: { CATALOGUE_ARN: arn } }).join()).toContain('CATALOGUE_ARN');
  },
);
