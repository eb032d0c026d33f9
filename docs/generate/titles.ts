/** Reads which promises the titles of tests name, without running them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** A test, or a table of tests that share their title. */
export interface NamedTest {
  /** From the project's root: `test/service/outbox/loop.test.ts`. */
  readonly file: string;
  readonly title: string;
  /** The promises that its title or a `describe` around it names: `S17`. */
  readonly codes: readonly string[];
}

const codesOf = (title: string) =>
  /^([A-Z]\d+)(, [A-Z]\d+)*: /.exec(title)?.[0].match(/[A-Z]\d+/g) ?? [];

/** All tests of the project, by their files. */
export function readTests(project: string): readonly NamedTest[] {
  return ['test', 'local']
    .flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .toSorted()
    .flatMap((file) => testsOf(file, readFileSync(join(project, file), 'utf8')));
}

/** The tests of one file. */
export function testsOf(file: string, source: string): readonly NamedTest[] {
  const found: NamedTest[] = [];
  const walk = (node: unknown, around: readonly string[]): void => {
    if (Array.isArray(node)) {
      for (const each of node) walk(each, around);
    } else if (isObject(node)) {
      const called = calledWithTitle(node);
      const codes = called ? [...new Set([...around, ...codesOf(called.title)])] : around;
      if (called && /^(test|it)/.test(called.name)) {
        found.push({ file, title: called.title, codes });
      }
      for (const each of Object.values(node)) walk(each, codes);
    }
  };
  walk(parseSync(source, { syntax: 'typescript' }).body, []);
  return found;
}

/** `test('…', …)`, `describe('…', …)`, and the like of either: `test.each(rows)('…', …)`. */
function calledWithTitle(node: Readonly<Record<string, unknown>>) {
  if (node.type !== 'CallExpression' || !Array.isArray(node.arguments)) return undefined;
  const name = rootOf(node.callee);
  const title = textOf(node.arguments[0]?.expression);
  return title !== undefined && /^(test|it|describe)(?![a-z])/.test(name)
    ? { name, title }
    : undefined;
}

/** The `test` of `test`, `test.each(rows)` and `testWithMoto`: a name that begins so is one too. */
function rootOf(callee: unknown): string {
  if (!isObject(callee)) return '';
  if (callee.type === 'Identifier') return String(callee.value);
  return rootOf(callee.type === 'MemberExpression' ? callee.object : callee.callee);
}

function textOf(node: unknown): string | undefined {
  if (!isObject(node)) return undefined;
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return undefined;
  return node.quasis.map((quasi) => quasi.cooked).join('…');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
