import { environmentNames } from '../../lib/configuration/load-environment';
import createOnlyProperties from './create-only-properties.json';
import { type Resource, type Synthesis, synthesise, toHttps } from './synthesis';

/** Types whose replacement loses something: data, an address that others know, a subscription. */
const stateful: readonly string[] = [
  'AWS::CertificateManager::Certificate',
  'AWS::EC2::EIP',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBSubnetGroup',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
];

/** What must stay for CloudFormation to keep the resource. */
interface Locked {
  readonly type: string;
  /** What becomes of it when it leaves the template, and when it is replaced. */
  readonly deletion: string;
  readonly replacement: string;
  /** The properties whose change replaces it, or what it holds, as far as they are set. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** By environment, by stack, by logical id. */
export type StateLock = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, Locked>>>>>
>;

export const lockFile = `${__dirname}/state.lock.json`;

/** What holds state in every environment of lib/environments, with HTTPS complete. */
export function lockOfState(): StateLock {
  const environments = environmentNames().map(
    (env) => [env, lockOf(synthesise({ env, ...toHttps }))] as const,
  );
  return Object.fromEntries(environments);
}

function lockOf({ templates }: Synthesis): StateLock[string] {
  const stacks = Object.entries(templates).map(([kind, { Resources }]) => {
    const held = Object.entries(Resources).filter(([, { Type }]) => stateful.includes(Type));
    return [kind, Object.fromEntries(held.map(([id, resource]) => [id, lock(resource)]))] as const;
  });
  return Object.fromEntries(stacks.filter(([, held]) => Object.keys(held).length > 0));
}

/** In place, a change puts a generated value over the one in use; so does the property's arrival. */
const overwritingProperties: Readonly<Record<string, readonly string[]>> = {
  'AWS::SecretsManager::Secret': ['GenerateSecretString'],
};

function lock(resource: Resource): Locked {
  const overwriting = overwritingProperties[resource.Type] ?? [];
  const fixed = [...replacingProperties(resource.Type), ...overwriting].map(
    (name) => [name, valueAt(resource.Properties ?? {}, name.split('.'))] as const,
  );
  return {
    type: resource.Type,
    deletion: resource.DeletionPolicy ?? 'Delete',
    replacement: resource.UpdateReplacePolicy ?? 'Delete',
    fixed: Object.fromEntries(fixed.filter(([, value]) => value !== undefined)),
  };
}

export function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? valueAt((value as Readonly<Record<string, unknown>>)[key], rest) : undefined;
}

/**
 * The properties whose change makes CloudFormation replace a resource of a type.
 * @throws Error for a type that create-only-properties.json does not list, with how to add it
 */
export function replacingProperties(type: string): readonly string[] {
  const known: Readonly<Record<string, readonly string[]>> = createOnlyProperties;
  const properties = known[type];
  if (properties === undefined) {
    throw new Error(
      `${type} is missing in test/lib/create-only-properties.json; add what ` +
        `\`python3 test/aws/double/create_only_properties.py ${type}\` prints`,
    );
  }
  return properties;
}
