import { join } from 'node:path';

/** What Node.js is given before a file of ours; tsx takes a second longer. See docs/decisions/synth-time.md. */
export const asTypeScript: readonly string[] = [
  '--require',
  join(__dirname, '../bin/typescript.cjs'),
];
