import { writeFileSync } from 'node:fs';
import { lockFile, lockOfState } from './state-lock';
import { removeAssemblies } from './synthesis';

/** Writes the lock of state anew, on purpose: `npx tsx test/lib/write-state-lock.ts`. */
writeFileSync(lockFile, `${JSON.stringify(lockOfState(), undefined, 2)}\n`);
removeAssemblies();
