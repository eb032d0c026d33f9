import { environmentNames } from '../../../lib/configuration/load-environment';
import { ConfigError, readConfig } from '../../../service/config';
import { environmentVariables as variables } from '../../../service/contract';
import { propertiesOf, removeAssemblies, type Synthesis, synthesise, toHttps } from '../synthesis';

afterAll(removeAssemblies);

interface Named<Value> {
  readonly Name: string;
  readonly Value: Value;
}
interface Task {
  readonly ContainerDefinitions: readonly [
    { readonly Environment: readonly Named<unknown>[]; readonly Secrets: readonly Named<never>[] },
  ];
}

/** What stands for a reference that only a deployment resolves: all of them are ARNs. */
const arnFor = (name: string) =>
  name === variables.billingEventsTopicArn
    ? 'arn:aws:sns:us-east-1:123456789012:tollgate-billing-events'
    : 'arn:aws:secretsmanager:us-east-1:123456789012:secret:tollgate-AbC123';

/** The environment that the container starts with, freshly deployed: secrets have placeholders. */
function environmentOf({ templates }: Synthesis): Readonly<Record<string, string>> {
  const [container] = propertiesOf<Task>(
    templates.service,
    'AWS::ECS::TaskDefinition',
  ).ContainerDefinitions;
  return Object.fromEntries([
    ...container.Environment.map(({ Name, Value }) => [
      Name,
      typeof Value === 'string' ? Value : arnFor(Name),
    ]),
    ...container.Secrets.map(({ Name }) => [Name, JSON.stringify({ key: 'x'.repeat(48) })]),
  ]);
}

/** The faults that the service refuses to start with. */
function faultsIn(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('I1: what is deployed starts', () => {
  test.each(environmentNames())('I1: the service takes what %s tells its container', (env) => {
    const environment = environmentOf(synthesise({ env, ...toHttps }));
    expect(Object.keys(environment)).toContain(variables.stripeWebhookSecret);
    expect(faultsIn(environment)).toEqual([]);
  });

  test('I1: it takes every form that an environment file may use', () => {
    const environment = environmentOf(
      synthesise({ env: 'shop', environmentFile: `${__dirname}/../environments/every-form.json` }),
    );
    expect(environment).toMatchObject({
      [variables.jwtJwksUrl]: 'https://id.shop.test/.well-known/jwks.json',
      [variables.allowedOrigins]: 'https://app.shop.test,http://localhost:3000,https://a.test:80',
      [variables.webhookPaths]: '/webhooks/stripe,/health-check,/a.b/..c/~d',
      [variables.adapters]: 'topups, credits',
      [variables.adjustmentApprovalAbove]: 'usd:10000,credits:5000',
      [variables.foreignUserKeys]: 'user_id,client_reference_id',
      [variables.jwtUserClaim]: 'userId,sub',
    });
    expect(environment).not.toHaveProperty(variables.jwtAccessTokenSecret);
    expect(faultsIn(environment)).toEqual([]);
  });
});
