import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { houseRules } from '../../../lib/checks/template-checks';
import { removeAssemblies, resourcesOf, synthesise, toHttps } from '../synthesis';

const directory = mkdtempSync(join(tmpdir(), 'tollgate-guard-'));
const { templates } = synthesise({ env: 'prod', ...toHttps });

afterAll(() => {
  removeAssemblies();
  rmSync(directory, { recursive: true });
});

type Stack = keyof typeof templates;
type Properties = Record<string, unknown>;

/** The rules that a stack breaks once the properties of one resource of a type are changed. */
function brokenBy(stack: Stack, type: string, change: (properties: Properties) => void) {
  const template = structuredClone(templates[stack]);
  const of = (id: string) => type !== 'AWS::EC2::SecurityGroup' || !id.includes('LoadBalancer');
  const found = Object.entries(resourcesOf<Properties>(template, type)).find(([id]) => of(id));
  if (found === undefined) throw new Error(`prod has no ${type} in ${stack}`);
  change(found[1].Properties);
  const file = join(directory, 'changed.template.json');
  writeFileSync(file, JSON.stringify(template));
  const guard = new CfnGuardValidator({ controlTowerRulesEnabled: false, rules: [houseRules] });
  const context = { templatePaths: [file] } as Parameters<typeof guard.validate>[0];
  return guard.validate(context).violations.map(({ ruleName }) => ruleName);
}

/** Adds a statement to a policy document. */
const allow =
  (action: unknown) =>
  ({ PolicyDocument }: Properties) => {
    const { Statement } = PolicyDocument as { Statement: object[] };
    Statement.push({ Effect: 'Allow', Action: action, Resource: '*' });
  };

/** Sets a variable of the first container. */
const tell =
  (Name: string, Value: string) =>
  ({ ContainerDefinitions }: Properties) => {
    const [container] = ContainerDefinitions as { Environment: object[] }[];
    container?.Environment.push({ Name, Value });
  };

const opened = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
/** A property or two, as they would be written. */
const set = (properties: Properties) => (existing: Properties) =>
  void Object.assign(existing, properties);
const drop = (name: string) => (existing: Properties) => void delete existing[name];

const secrets = 'secrets_are_read_by_named_actions';
const world = 'nothing_but_the_load_balancer_is_open_to_the_world';
const told = 'container_is_told_no_secret_in_the_open';
const database = 'database_is_encrypted_and_private';

describe('the house rules', () => {
  test.each<[string, Stack, string, (properties: Properties) => void]>([
    [
      'secret_is_generated_or_set_out_of_band',
      'data',
      'AWS::SecretsManager::Secret',
      set({ SecretString: 'hush' }),
    ],
    [
      told,
      'service',
      'AWS::ECS::TaskDefinition',
      tell('KEY', ['sk', 'live', '51AbCdEf'].join('_')),
    ],
    [told, 'service', 'AWS::ECS::TaskDefinition', tell('DATABASE_URL', 'postgres://a:b@c/d')],
    [
      'database_password_is_a_reference',
      'data',
      'AWS::RDS::DBCluster',
      set({ MasterUserPassword: 'hush' }),
    ],
    [database, 'data', 'AWS::RDS::DBInstance', set({ PubliclyAccessible: true })],
    [database, 'data', 'AWS::RDS::DBInstance', drop('PubliclyAccessible')],
    [database, 'data', 'AWS::RDS::DBCluster', set({ StorageEncrypted: false })],
    [secrets, 'service', 'AWS::IAM::Policy', allow('secretsmanager:*')],
    [secrets, 'service', 'AWS::IAM::Policy', allow(['logs:PutLogEvents', 'secretsmanager:Get*'])],
    [secrets, 'service', 'AWS::IAM::Policy', allow('*')],
    [secrets, 'service', 'AWS::IAM::Policy', allow('kms:*')],
    [
      world,
      'service',
      'AWS::EC2::SecurityGroup',
      set({ SecurityGroupIngress: [{ ...opened, CidrIp: '0.0.0.0/0' }] }),
    ],
    [
      world,
      'service',
      'AWS::EC2::SecurityGroup',
      set({ SecurityGroupIngress: [{ ...opened, CidrIpv6: '::/0' }] }),
    ],
    [world, 'service', 'AWS::EC2::SecurityGroupIngress', set({ ...opened, CidrIp: '0.0.0.0/0' })],
    ['log_groups_forget', 'service', 'AWS::Logs::LogGroup', drop('RetentionInDays')],
  ])('I11: %s is broken by a change of %s: %s', (rule, stack, type, change) => {
    expect(brokenBy(stack, type, () => {})).toEqual([]);
    expect(new Set(brokenBy(stack, type, change))).toEqual(new Set([rule]));
  });
});
