import { invalidParameter, missingParameter, unknownParameter } from './errors';
import type { FormFields, FormValue } from './form-encoding';
import { currencies } from './money';

/** How one parameter is read: from what the form holds to a value, or a Stripe error naming it. */
export interface Parameter<T> {
  parse(value: FormValue, name: string): T;
  readonly required?: boolean;
}
export interface RequiredParameter<T> extends Parameter<T> {
  readonly required: true;
}

export type Shape = Readonly<Record<string, Parameter<unknown>>>;
type ValueOf<P> = P extends Parameter<infer T> ? T : never;
type RequiredNames<S> = {
  [K in keyof S]: S[K] extends RequiredParameter<unknown> ? K : never;
}[keyof S];

/** What a shape reads: its required parameters always, the others where the request has them. */
export type Parsed<S> = { [K in RequiredNames<S>]: ValueOf<S[K]> } & {
  [K in Exclude<keyof S, RequiredNames<S>>]?: ValueOf<S[K]> | undefined;
};

/** Reads all of a request's parameters; one that the shape does not name is an error. */
export function parseShape<S extends Shape>(shape: S, fields: FormFields, prefix = ''): Parsed<S> {
  const nameOf = (key: string) => (prefix ? `${prefix}[${key}]` : key);
  for (const key of fields.keys())
    if (!Object.hasOwn(shape, key)) throw unknownParameter(nameOf(key));
  const parsed: Record<string, unknown> = {};
  for (const [key, value] of fields) parsed[key] = shape[key]?.parse(value, nameOf(key));
  for (const [key, parameter] of Object.entries(shape)) {
    if (parameter.required && !fields.has(key)) throw missingParameter(nameOf(key));
  }
  return parsed as Parsed<S>; // TypeScript cannot follow the loop over the shape's own entries.
}

export function required<T>(parameter: Parameter<T>): RequiredParameter<T> {
  return { ...parameter, required: true };
}

/** A parameter that an empty string unsets; it reads as `null` then. */
export function unsettable<T>(parameter: Parameter<T>): Parameter<T | null> {
  return { parse: (value, name) => (value === '' ? null : parameter.parse(value, name)) };
}

function textOf(value: FormValue, name: string): string {
  if (typeof value !== 'string') throw invalidParameter('Invalid string: {…}', name);
  if (value === '') {
    throw invalidParameter(
      `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
      name,
      'parameter_invalid_empty',
    );
  }
  return value;
}

/** A string of at most `maxLength` characters (Stripe's general limit is 5,000). */
export function text({ maxLength = 5000 } = {}): Parameter<string> {
  return {
    parse(value, name) {
      const read = textOf(value, name);
      if (read.length <= maxLength) return read;
      throw invalidParameter(
        `Invalid string: ${read.slice(0, 10)}...${read.slice(-10)}; must be at most ${maxLength} characters`,
        name,
      );
    },
  };
}

export function integer({ min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = {}) {
  return {
    parse(value: FormValue, name: string): number {
      const read = textOf(value, name);
      const number = Number(read);
      if (!/^-?\d+$/.test(read) || !Number.isSafeInteger(number)) {
        throw invalidParameter(`Invalid integer: ${read}`, name, 'parameter_invalid_integer');
      }
      if (number < min || number > max) {
        const bound =
          number < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
        throw invalidParameter(`This value must be ${bound}.`, name, 'parameter_invalid_integer');
      }
      return number;
    },
  };
}

export function boolean(): Parameter<boolean> {
  return {
    parse(value, name) {
      const read = textOf(value, name);
      if (read === 'true' || read === 'false') return read === 'true';
      throw invalidParameter(`Invalid boolean: ${read}`, name);
    },
  };
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Parameter<T> {
  return {
    parse(value, name) {
      const read = textOf(value, name);
      const found = allowed.find((candidate) => candidate === read);
      if (found !== undefined) return found;
      const list = new Intl.ListFormat('en', { type: 'disjunction' }).format(allowed);
      throw invalidParameter(`Invalid ${name}: must be one of ${list}`, name);
    },
  };
}

/** A currency in lower or upper case; it reads in lower case, as Stripe answers it. */
export function currency(): Parameter<string> {
  return {
    parse(value, name) {
      const read = textOf(value, name).toLowerCase();
      if (currencies.has(read)) return read;
      throw invalidParameter(
        `Invalid currency: ${read}. Stripe currently supports these currencies: ${[...currencies].join(', ')}`,
        name,
      );
    },
  };
}

/** An absolute http or https URL. It reads as it was sent: `{CHECKOUT_SESSION_ID}` stays. */
export function webUrl(): Parameter<string> {
  return {
    parse(value, name) {
      const read = text().parse(value, name);
      if (!/^[a-z][a-z\d+.-]*:/i.test(read)) {
        throw invalidParameter(
          'Invalid URL: An explicit scheme (such as https) must be provided.',
          name,
          'url_invalid',
        );
      }
      if (URL.canParse(read) && /^https?:\/\//i.test(read)) return read;
      throw invalidParameter('Not a valid URL', name, 'url_invalid');
    },
  };
}

export function email(): Parameter<string> {
  return {
    parse(value, name) {
      const read = text({ maxLength: 512 }).parse(value, name);
      if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(read)) return read;
      throw invalidParameter(`Invalid email address: ${read}`, name, 'email_invalid');
    },
  };
}

export function list<T>(element: Parameter<T>, { max = 100 } = {}): Parameter<T[]> {
  return {
    parse(value, name) {
      const isList = value instanceof Map && [...value.keys()].every((key) => /^\d+$/.test(key));
      if (!isList) throw invalidParameter('Invalid array', name);
      if (value.size > max) throw invalidParameter(`Array must have at most ${max} elements`, name);
      return [...value]
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([index, item]) => element.parse(item, `${name}[${index}]`));
    },
  };
}

export function nested<S extends Shape>(shape: S): Parameter<Parsed<S>> {
  return {
    parse(value, name) {
      if (!(value instanceof Map)) throw invalidParameter('Invalid object', name);
      return parseShape(shape, value, name);
    },
  };
}

/** The members that were given; one that was not stays what it was. */
export function givenMembers<T extends object>(
  members: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A range of times in seconds, or one exact second. */
export interface TimeRange {
  readonly gt?: number | undefined;
  readonly gte?: number | undefined;
  readonly lt?: number | undefined;
  readonly lte?: number | undefined;
}

export function timeRange(): Parameter<TimeRange> {
  const bounds = nested({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });
  return {
    parse(value, name) {
      if (value instanceof Map) return bounds.parse(value, name);
      const second = integer().parse(value, name);
      return { gte: second, lte: second };
    },
  };
}
