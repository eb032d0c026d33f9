import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promiseCodes, promisesDocument } from '../docs/generate/promises';
import { readTests, testsOf } from '../docs/generate/titles';

const root = join(__dirname, '..');
const tests = readTests(root);

test('every promise that a title names is one of docs/promises.json', () => {
  const unknown = tests.filter(({ codes }) => codes.some((code) => !promiseCodes.includes(code)));
  expect(tests.length).toBeGreaterThan(1000);
  expect(unknown).toEqual([]);
});

test('docs/promises.md is what the promises and the titles say; npm run docs writes it anew', () => {
  expect(readFileSync(join(root, 'docs/promises.md'), 'utf8')).toBe(promisesDocument(tests));
});

test.each([
  ["test('S1: a', f)", [['S1: a', ['S1']]]],
  ["test.each(rows)('S1, I2: %s', f)", [['S1, I2: %s', ['S1', 'I2']]]],
  ["describe('S1: a', () => { it('b', f); })", [['b', ['S1']]]],
  ["testWithMoto('S1: a', f)", [['S1: a', ['S1']]]],
  ['test(`S1: a`, f)', [['S1: a', ['S1']]]],
  ["test('of S1: a', f)", [['of S1: a', []]]],
  ["contest('S1: a', f)", []],
])('the tests of %s', (source, expected) => {
  expect(testsOf('a.test.ts', source).map(({ title, codes }) => [title, codes])).toEqual(expected);
});
