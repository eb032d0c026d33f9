import { invalidParameter } from './errors';
import type { FormValue } from './form-encoding';
import type { Parameter } from './params';

/** What `metadata` asks for: keys to set, `null` for a key to remove, `null` as a whole for all. */
type MetadataChange = Readonly<Record<string, string | null>> | null;

/** Up to 50 keys of 40 characters, values of 500: https://docs.stripe.com/api/metadata */
export function metadata(): Parameter<MetadataChange> {
  return {
    parse(value, name) {
      if (value === '') return null;
      if (!(value instanceof Map)) throw invalidParameter('Invalid object', name);
      if (value.size > 50) {
        throw invalidParameter(
          `Metadata can have at most 50 keys; ${value.size} were given.`,
          name,
        );
      }
      return Object.fromEntries(
        [...value].map(([key, item]) => [key, metadataValue(key, item, name)]),
      );
    },
  };
}

function metadataValue(key: string, value: FormValue, name: string): string | null {
  const path = `${name}[${key}]`;
  if (typeof value !== 'string') {
    throw invalidParameter(
      'Metadata values must be strings; nested objects are not allowed.',
      path,
    );
  }
  const keyLength = charactersOf(key);
  if (keyLength > 40) {
    throw invalidParameter(
      `Metadata keys can have up to 40 characters; '${key}' has ${keyLength}.`,
      path,
    );
  }
  const length = charactersOf(value);
  if (length > 500) {
    throw invalidParameter(
      `Metadata values can have up to 500 characters, but you passed in a value that is ${length} characters. Invalid value: ${value.slice(0, 20)}…`,
      path,
    );
  }
  return value === '' ? null : value;
}

/** An emoji is one, although JavaScript's `length` counts it as two. */
function charactersOf(text: string): number {
  return [...text].length;
}

/** The metadata after a change: keys merge, an empty value removes its key. */
export function changedMetadata(
  before: Readonly<Record<string, string>>,
  change: MetadataChange | undefined,
): Record<string, string> {
  if (change === undefined) return { ...before };
  const after = change === null ? {} : { ...before, ...change };
  return Object.fromEntries(
    Object.entries(after).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
