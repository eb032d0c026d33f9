import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFileDocument } from '../../../docs/generate/environment-file';

test('I1: docs/environment-file.md is what the schema says; npm run docs writes it anew', () => {
  const written = readFileSync(join(__dirname, '../../../docs/environment-file.md'), 'utf8');
  expect(written).toBe(environmentFileDocument());
});
