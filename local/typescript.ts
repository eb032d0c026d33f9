import { join } from 'node:path';

/** What Node.js runs a TypeScript file of ours by, which is its first argument. See docs/decisions/synth-time.md. */
export const typescriptRunner = join(__dirname, '../bin/run.cjs');
