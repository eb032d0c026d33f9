/** Writes docs/promises.md from docs/promises.json and the titles of the tests: npm run docs */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import areas from '../promises.json';
import { type NamedTest, readTests } from './titles';

/** The ids of all promises. */
export const promiseCodes: readonly string[] = areas.flatMap(({ promises }) =>
  Object.keys(promises),
);

/** The whole document. */
export function promisesDocument(tests: readonly NamedTest[]): string {
  return [
    '<!-- Written by `npm run docs`; a test holds it to the titles of the tests. -->',
    '# Promises',
    '',
    'What Tollgate promises to those who use it. The title of a test begins with the promises that it',
    'shows, or shows a part of: `S14: …` is a test of S14. The last column lists the files of those',
    'tests, with the number of tests in each; a table of cases under one title counts as one.',
    '',
    '*Not yet shown* means that no test claims to show the promise. Most of these are still to be built:',
    'do not rely on them.',
    ...areas.flatMap(({ area, about, promises }) => [
      '',
      `## ${area}`,
      '',
      about,
      '',
      '| | promise | shown by |',
      '|---|---|---|',
      ...Object.entries(promises).map(
        ([code, promise]) => `| **${code}** | ${promise} | ${shownBy(code, tests)} |`,
      ),
    ]),
    '',
  ].join('\n');
}

function shownBy(code: string, tests: readonly NamedTest[]): string {
  const counts = new Map<string, number>();
  for (const { file, codes } of tests) {
    if (codes.includes(code)) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  if (counts.size === 0) return '*not yet shown*';
  return [...counts].map(([file, count]) => `[${nameOf(file)}](../${file}) ${count}`).join(', ');
}

/** `test/service/outbox/loop.test.ts` as `service/outbox/loop`. */
const nameOf = (file: string) => file.replace(/^test\//, '').replace(/\.test\.ts$/, '');

export function writePromises(project: string): void {
  writeFileSync(join(project, 'docs/promises.md'), promisesDocument(readTests(project)));
}
