import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import Format from 'typebox/format';
import { Problem } from '../errors';
import { explain, nameOfMember, placeOf } from './explanations';

/**
 * Checks a part of a request by its schema, and says in plain words what is wrong with it. Queries
 * and paths are texts: what an integer or a boolean is written as is read here, and strictly, so
 * that `limit=10.5` is refused and not taken for 10.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = (route) => {
  const { schema, httpPart } = route;
  // Date takes neither a leap second nor a named time zone, which the format allows.
  Format.Set('date-time', isDateTime);
  const check = TypeBoxValidatorCompiler(route);
  const place = placeOf(httpPart);
  return (value: unknown) => {
    const misread = httpPart === 'body' ? undefined : misreadInteger(schema, value);
    if (misread !== undefined) {
      return { error: refused(explain({ schema, place, value, at: misread })) };
    }
    const result = check(value);
    const failures = typeof result === 'object' && 'error' in result ? result.error : undefined;
    if (failures !== undefined) {
      const [first] = [...(failures as readonly Failure[])].sort((a, b) => rankOf(a) - rankOf(b));
      return { error: refused(explain({ schema, place, value, ...readFailure(first) })) };
    }
    const odd = oddTextIn(value);
    if (odd === undefined) return result;
    return {
      error: refused(
        `${nameOfMember(place, odd)} has a NUL or half of a surrogate pair; expected a text that ` +
          'can be written in UTF-8',
      ),
    };
  };
};

/** As TypeBox and Ajv describe what failed. */
interface Failure {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: {
    readonly requiredProperties?: readonly string[];
    readonly additionalProperties?: readonly string[];
  };
}

/** A member that is not known explains most of what else is wrong, one that is missing the rest. */
function rankOf({ keyword }: Failure): number {
  const place = ['additionalProperties', 'required'].indexOf(keyword);
  if (place !== -1) return place;
  return ['oneOf', 'anyOf', 'allOf', 'boolean'].includes(keyword) ? 9 : 5;
}

function readFailure(failure: Failure | undefined) {
  const at = (failure?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { additionalProperties, requiredProperties } = failure?.params ?? {};
  if (failure?.keyword === 'additionalProperties')
    return { at, unknown: additionalProperties?.[0] };
  if (failure?.keyword === 'required') return { at, missing: requiredProperties?.[0] };
  return { at };
}

function refused(detail: string): Problem {
  return new Problem('validation_failed', detail);
}

/** Where an integer is expected and something else is written, which conversion would round. */
function misreadInteger(schema: TSchema, value: unknown): readonly string[] | undefined {
  const { properties = {} } = schema as {
    properties?: Readonly<Record<string, { type?: string }>>;
  };
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const misread = Object.keys(properties).find((name) => {
    if (properties[name]?.type !== 'integer' || given[name] === undefined) return false;
    const written = given[name];
    return typeof written !== 'string' || !/^-?\d{1,15}$/.test(written);
  });
  return misread === undefined ? undefined : [misread];
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function isDateTime(text: string): boolean {
  if (!rfc3339.test(text)) return false;
  const date = new Date(text.toUpperCase());
  if (Number.isNaN(date.getTime())) return false;
  // Date turns 30 February into 2 March; PostgreSQL has no year 0.
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return year > 0 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const unstorable = /[\0\p{Cs}]/u;

/**
 * Where a text is that PostgreSQL cannot store, or that is not the same text once it is UTF-8. One
 * step after the other, because a function that calls itself would run out of stack.
 */
function oddTextIn(value: unknown): readonly string[] | undefined {
  const open: { readonly value: unknown; readonly at: readonly string[] }[] = [{ value, at: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: each, at } = next;
    if (typeof each === 'string' && unstorable.test(each)) return at;
    if (typeof each !== 'object' || each === null) continue;
    for (const [name, member] of Object.entries(each)) {
      open.push({ value: member, at: [...at, name] });
    }
  }
  return undefined;
}
