import type { TSchema } from 'typebox';
import { nearest } from '../catalogue/catalogue';

/** What a part of a request is called, and where a caller finds it. */
const places: Readonly<Record<string, string>> = {
  body: "the body's member",
  querystring: 'the query parameter',
  params: "the path's",
  headers: 'the header',
};

export function placeOf(httpPart: string | undefined): string {
  return places[httpPart ?? ''] ?? 'the member';
}

export function nameOfMember(place: string, at: readonly string[]): string {
  if (at.length === 0) return place === places.body ? 'the body' : 'the query';
  return `${place} ${shown(at.join('.'))}`;
}

/** What is known of a schema, whichever kind it is. */
interface Described {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly patternProperties?: Readonly<Record<string, Described>>;
  readonly additionalProperties?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

interface Fault {
  readonly schema: TSchema;
  readonly place: string;
  readonly value: unknown;
  /** The way to the member that is at fault, or to the one whose member is. */
  readonly at: readonly string[];
  readonly unknown?: string | undefined;
  readonly missing?: string | undefined;
}

/** Says which member is wrong, what was seen, what was expected, and the likeliest name or value. */
export function explain({ schema, place, value, at, unknown, missing }: Fault): string {
  const found = at.reduce<Described | undefined>((each, name) => memberOf(each, name), schema);
  if (unknown !== undefined && found?.patternProperties !== undefined) {
    const name = nameOfMember(place, [...at, unknown]);
    return `${name} has a name that is not taken here; expected ${expectedNames(found)}`;
  }
  if (unknown !== undefined) {
    return explainUnknown(place, [...at, unknown], Object.keys(found?.properties ?? {}));
  }
  if (missing !== undefined) {
    const member = memberOf(found, missing);
    return `${nameOfMember(place, [...at, missing])} is missing; expected ${expected(member)}`;
  }
  const seen = at.reduce<unknown>(
    (each, name) => (each as Readonly<Record<string, unknown>> | undefined)?.[name],
    value,
  );
  const name = nameOfMember(place, at);
  return `${name} is ${describeValue(seen)}; expected ${expected(found)}${likest(seen, found)}`;
}

/** @param at the way to the member that is not known */
export function explainUnknown(
  place: string,
  at: readonly string[],
  allowed: readonly string[],
): string {
  const unknown = at.at(-1) ?? '';
  return (
    `${nameOfMember(place, at)} is not known; expected ${allowed.join(', ') || 'none'}` +
    nearest(unknown.slice(0, 64), allowed)
  );
}

function memberOf(schema: Described | undefined, name: string): Described | undefined {
  const { properties, patternProperties = {} } = schema ?? {};
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  // Of an object whose names are the caller's own, all members are alike.
  return Object.values(patternProperties)[0];
}

function expected(schema: Described = {}): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => expected(each)).join(' or ');
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `an integer${bounds(schema.minimum, schema.maximum)}`;
    case 'object':
      return `an object${membersOf(schema)}`;
    case 'string':
      return expectedText(schema);
    case undefined:
      return 'another value';
    default:
      return schema.type === 'null' ? 'null' : `a ${schema.type}`;
  }
}

function membersOf({ properties = {} }: Described): string {
  const names = Object.keys(properties);
  return names.length === 0 ? ' without members' : ` with ${names.join(', ')}`;
}

function expectedText({ format, pattern, minLength, maxLength, description }: Described): string {
  if (format === 'date-time') return 'a time such as 2026-01-31T12:00:00Z';
  if (format === 'uuid') return 'a UUID';
  const length = bounds(minLength, maxLength);
  const text = length === '' ? 'a text' : `a text of${length.replace('from ', '')} characters`;
  if (pattern === undefined) return text;
  const about = description === undefined ? '' : ` (${description})`;
  if (pattern.includes('\\p{Cc}')) return `${text} without control characters${about}`;
  return `${text} of the form ${pattern}${about}`;
}

/** Of an object whose names are the caller's own. */
function expectedNames({ description, patternProperties = {} }: Described): string {
  if (description !== undefined) return `another name (${description})`;
  return Object.keys(patternProperties)
    .map((pattern) => `names of the form ${pattern}`)
    .join(' or ');
}

function bounds(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` from ${least}`;
  return most === undefined ? '' : ` up to ${most}`;
}

function likest(seen: unknown, schema: Described | undefined): string {
  if (typeof seen !== 'string' || seen === '' || schema?.enum === undefined) return '';
  return nearest(seen.slice(0, 64), schema.enum.map(String));
}

/** Short, and without what a log or a terminal would stumble over. */
function shown(name: string): string {
  return /^[\x21-\x7e]{1,40}$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  const start = Array.from(text.slice(0, 80)).slice(0, 40).join('');
  return JSON.stringify(start === text ? text : `${start}…`);
}

function describeValue(seen: unknown): string {
  if (Array.isArray(seen)) return 'a list';
  if (seen === undefined) return 'missing';
  if (typeof seen === 'string') return seen === '' ? 'empty' : quote(seen);
  return typeof seen === 'object' && seen !== null ? 'an object' : String(seen);
}
