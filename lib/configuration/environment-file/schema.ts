import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { type Faults, nearest } from '../faults';
import { environmentNamePattern, projectExpected, projectPattern } from '../flags';
import { data } from './properties/data';
import { edge } from './properties/edge';
import { identity } from './properties/identity';
import { boolean, text } from './properties/kinds';
import { network } from './properties/network';
import { operation } from './properties/operation';
import { service } from './properties/service';

export const defaultProject = 'tollgate';

/** What an environment file says. Every property has its sentence; an optional one its default. */
export const environmentSchema = Type.Object(
  {
    env: Type.Optional(
      text(
        'The environment that the file is of; a file outside of lib/environments must say it.',
        'the name of an environment, such as dev, staging or prod',
        environmentNamePattern,
      ),
    ),
    project: text(
      'The project name: the first part of the names of all stacks and secrets.',
      projectExpected,
      projectPattern,
      { default: defaultProject },
    ),
    production: boolean('Whether real money moves here: live keys, everything retained.', false),
    account: Type.Optional(
      text(
        'The AWS account that this environment lives in, and no other.',
        '12 digits, as text',
        /^\d{12}$/,
      ),
    ),
    region: text('The AWS region.', 'a region such as us-east-1', /^[a-z]{2,}(-[a-z]+)+-\d$/),
    ...network,
    ...edge,
    ...service,
    ...operation,
    ...identity,
    ...data,
  },
  { additionalProperties: false, expected: 'an object' },
);

/** An environment, complete: defaults filled in. */
export type Environment = Static<typeof environmentSchema>;

/** Fills in the defaults and checks every property; each wrong one is a fault that names it. */
export function parseEnvironment(
  source: string,
  written: unknown,
  faults: Faults,
): Environment | undefined {
  const environment = Value.Default(environmentSchema, structuredClone(written));
  if (Value.Check(environmentSchema, environment)) return environment;
  for (const error of Value.Errors(environmentSchema, environment)) {
    // An undeclared property is reported twice; the report at its parent names it.
    if (error.keyword === 'boolean') continue;
    for (const fault of wordsFor(error, environment)) faults.add(`${source}: ${fault}`);
  }
  return undefined;
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

function wordsFor(error: SchemaError, environment: unknown): readonly string[] {
  const schema = Value.Pointer.Get(environmentSchema, error.schemaPath.slice(1)) as {
    readonly expected?: string;
    readonly properties?: Readonly<Record<string, { readonly expected?: string }>>;
  };
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  const known = Object.keys(schema.properties ?? {});
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map(
      (key) => `${below(key)} is missing; expected ${schema.properties?.[key]?.expected}`,
    );
  }
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map(
      (key) => `${below(key)} is not known; did you mean ${nearest(key, known)}?`,
    );
  }
  const seen = JSON.stringify(Value.Pointer.Get(environment, error.instancePath));
  return [`${path || 'the file'} is ${seen}; expected ${schema.expected}`];
}
