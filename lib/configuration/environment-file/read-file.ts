import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Refuse } from '../faults';

/**
 * What an environment file says, as data: a text or a number, true or false, and lists and objects of
 * these. A member that is `undefined` is one that nobody wrote, as JSON has it: `process.env.ACCOUNT` of
 * a variable that is not set.
 * @param refuse is told what is wrong with the file
 * @returns `undefined` where something is
 */
export function readEnvironmentFile(
  path: string,
  refuse: Refuse,
): { readonly written: unknown } | undefined {
  const faults: string[] = [];
  const written = dataIn(load(path, faults), '', faults);
  for (const fault of faults) refuse(fault);
  return faults.length === 0 ? { written } : undefined;
}

function load(path: string, faults: string[]): unknown {
  try {
    if (path.endsWith('.json')) return readJson(path, faults);
    const loaded: unknown = createRequire(__filename)(path);
    const isModule = typeof loaded === 'object' && loaded !== null && 'default' in loaded;
    return isModule ? loaded.default : loaded;
  } catch (error) {
    const [reason] = `${error instanceof Error ? error.message : error}`.split('\n');
    faults.push(`cannot be read: ${reason}; expected an environment as lib/environments/dev.ts`);
    return undefined;
  }
}

/** The mark of byte order is what some editors put before a text; JSON knows none. */
function readJson(path: string, faults: string[]): unknown {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const written: unknown = JSON.parse(text);
  for (const name of namedTwice(text)) faults.push(`${name} is written twice; write it once`);
  return written;
}

/** Of two members of one name JSON takes the last, and says nothing. @param text is JSON */
function namedTwice(text: string): readonly string[] {
  const twice: string[] = [];
  const open: Set<string>[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = String(JSON.parse(token.slice(0, -1)));
      if (open.at(-1)?.has(name)) twice.push(name);
      open.at(-1)?.add(name);
    }
  }
  return twice;
}

/** @param around what the value is in, which it must not have in itself */
function dataIn(
  value: unknown,
  path: string,
  faults: string[],
  around: readonly unknown[] = [],
): unknown {
  const below = (each: unknown, key: string | number) =>
    dataIn(each, path === '' ? `${key}` : `${path}.${key}`, faults, [...around, value]);
  if (value === undefined || value === null || Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    const [unseen] = /[\p{Cc}\p{Cs}]/u.exec(value) ?? [];
    const code = unseen?.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    if (code !== undefined)
      faults.push(`${path || 'the file'} has the character U+${code}; take it out`);
    return value;
  }
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object' && !around.includes(value)) {
    if (Array.isArray(value)) return Array.from(value, below);
    if (isPlain(value)) {
      const members = Object.entries(value).filter(([, each]) => each !== undefined);
      return Object.fromEntries(members.map(([key, each]) => [key, below(each, key)]));
    }
  }
  faults.push(
    `${path || 'the file'} is ${nameOf(value)}; expected a text, a number, true, false, a list or an object`,
  );
  return undefined;
}

const isPlain = (value: object) => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

function nameOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  return isPlain(value) || Array.isArray(value) ? 'within itself' : `a ${value.constructor.name}`;
}
