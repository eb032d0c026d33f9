import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Takes a folder for this process alone: two databases that write to the same files destroy them.
 * @returns gives the folder back
 * @throws Error that names the process which has it, and what to do
 */
export async function lockFolder(folder: string): Promise<() => void> {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Error(
      `${folder} cannot be made (${error.message}); name a folder that you may write to with --data`,
    );
  });
  const file = join(folder, 'lock');
  const holder = holderOf(file);
  if (holder !== undefined) {
    throw new Error(
      `${folder} is in use by process ${holder}; stop that one (Ctrl-C where it runs), or start ` +
        'this one with --data and another folder',
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** The process that wrote the lock, if it still runs. */
function holderOf(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Left behind by a process that was killed; one that we may not signal is there all the same.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return undefined;
  }
  return pid;
}
