/** Writes docs/roles.md from the templates of an environment with every choice: npm run docs */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Resource, resourcesOf, type Template } from '../../test/lib/synthesis';
import { templatesOfEveryChoice } from './every-choice';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
  readonly Principal?: Readonly<Record<string, unknown>>;
}

interface Role {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] };
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly Policies?: readonly { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Roles: readonly { readonly Ref: string }[];
}

/** The whole document. */
export function rolesDocument(): string {
  const ofRoles = [{}, { deployment: 'canary' }].flatMap((more) =>
    Object.entries(templatesOfEveryChoice(more)).flatMap(([kind, template]) =>
      Object.entries(resourcesOf<Role>(template, 'AWS::IAM::Role')).map(
        ([id, role]) => [`${kind}: ${id}`, section(kind, id, role, template)] as const,
      ),
    ),
  );
  return [
    '<!-- Written by `npm run docs`; a test holds it to the templates. -->',
    '# Roles',
    '',
    'Every role of an environment with every choice that adds to a role: the queue, ECS Exec, flow logs,',
    'a front end, a canary, deployment from GitHub, an image that is built here. Names with a dollar',
    'sign are resources of the templates. With an image from elsewhere, or with adopted secrets, the',
    'resources are others. With a KMS key of your own, both roles of the task may also decrypt with it,',
    'by way of Secrets Manager.',
    '',
    ...[...new Map(ofRoles).values()].flat(),
  ].join('\n');
}

function section(
  kind: string,
  id: string,
  { Properties }: Resource<Role>,
  template: Template,
): readonly string[] {
  const { AssumeRolePolicyDocument, ManagedPolicyArns = [], Policies = [] } = Properties;
  const policies = Object.values(resourcesOf<Policy>(template, 'AWS::IAM::Policy'));
  const own = policies.filter((policy) => policy.Properties.Roles.some(({ Ref }) => Ref === id));
  const statements = [
    ...Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...own.flatMap((policy) => policy.Properties.PolicyDocument.Statement),
  ];
  return [
    `## ${id} (${kind} stack)`,
    '',
    ...AssumeRolePolicyDocument.Statement.map(
      ({ Condition, Principal }) =>
        `Assumed by ${code(Object.values(Principal ?? {}).flat())}` +
        `${Condition === undefined ? '' : ` where ${conditionOf(Condition)}`}.`,
    ),
    ...ManagedPolicyArns.map((arn) => `\nWith the policy of AWS’s ${code([arn])}.`),
    '',
    ...(statements.length === 0
      ? []
      : ['| actions | resources | where |', '|---|---|---|', ...statements.map(row), '']),
  ];
}

function row({ Action, Condition, Effect, Resource: on }: Statement): string {
  if (Effect !== 'Allow') throw new Error('a statement that denies has no column here');
  const where = Condition === undefined ? '' : conditionOf(Condition);
  return `| ${code([Action].flat())} | ${code([on].flat())} | ${where} |`;
}

const code = (values: readonly unknown[]) =>
  values.map((value) => `\`${inWords(value)}\``).join(', ');

/** `{StringEquals: {key: value}}` as ``StringEquals `key` = `value` ``. */
function conditionOf(condition: unknown): string {
  return Object.entries(condition as Record<string, Record<string, unknown>>)
    .flatMap(([operator, tests]) =>
      Object.entries(tests).map(
        ([key, value]) => `${operator} \`${key}\` = ${code([value].flat())}`,
      ),
    )
    .join(' and ');
}

/** CloudFormation's functions as the text that they stand for. */
function inWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `\${${argument}}`;
  if (name === 'Fn::GetAtt') return `\${${(argument as string[]).join('.')}}`;
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(inWords).join(separator);
  }
  if (name === 'Fn::GetStackOutput') {
    const { OutputName, StackName } = argument as { OutputName: string; StackName: string };
    return `\${${StackName.split('-').at(-1)}.${OutputName.replace(/^PublishOutput/, '')}}`;
  }
  if (name === 'Fn::Sub') return String(argument);
  if (name === 'Fn::Select' || name === 'Fn::Split') return JSON.stringify(value);
  throw new Error(`no words for ${name}`);
}

export function writeRoles(project: string): void {
  writeFileSync(join(project, 'docs/roles.md'), rolesDocument());
}
