import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * The commit that is checked out, with `-dirty` behind it where files were changed since.
 * @returns `undefined` where there is no Git, or no checkout
 */
export function commitAtHand(): string | undefined {
  const { status, stdout } = spawnSync(
    'git',
    ['describe', '--always', '--exclude=*', '--abbrev=40', '--dirty'],
    { cwd: resolve(__dirname, '..'), encoding: 'utf8' },
  );
  return status === 0 ? stdout.trim() : undefined;
}
