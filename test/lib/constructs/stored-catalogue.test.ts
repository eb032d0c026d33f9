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

test.each(['arn:aws:s3:::shop-catalogue/*', 'arn:aws:s3:::shop-catalogue', 's3://shop/now.json'])(
  'I13: %s is refused as the address of a catalogue',
  (arn) => {
    expect(faultsOfShop({ variables: { CATALOGUE_ARN: arn } }).join()).toContain('CATALOGUE_ARN');
  },
);
