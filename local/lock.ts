import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toldData } from './options';
import { findRunning, isAlive } from './remembered';

const lockFile = (folder: string) => join(folder, 'lock');

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
  const file = lockFile(folder);
  const holder = holderOf(folder);
  if (holder !== undefined) {
    const where = findRunning(folder)?.serviceUrl;
    const about = toldData(folder) && ` --${toldData(folder)}`;
    throw new Error(
      `it runs already${where === undefined ? '' : `, at ${where}`}: ${folder} is in use by process ` +
        `${holder}; stop that one (Ctrl-C where it runs), ask npm run status${about} about it, or start ` +
        'another with --data and another folder',
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** The process that has this folder, if it still runs; what was killed left its lock behind. */
export function holderOf(folder: string): number | undefined {
  const file = lockFile(folder);
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
}
