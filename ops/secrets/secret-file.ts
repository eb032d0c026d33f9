import { readFileSync, statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { OpsFailure } from '../failure';

/**
 * A secret from a file that nobody else may read, or from standard input, without spaces around it.
 * @param file `-` for standard input
 * @throws OpsFailure `badUse`, which never holds what was read
 */
export async function readSecretFile(file: string): Promise<string> {
  const secret = (file === '-' ? await text(process.stdin) : read(file)).trim();
  if (secret !== '') return secret;
  throw new OpsFailure(`${file} is empty`, 'Give a file that holds the secret alone.', 'badUse');
}

/** @throws OpsFailure `badUse` for a file that others may read; the system's error where there is none */
export function readPrivately(file: string): string {
  const others = statSync(file).mode & 0o077;
  if (others !== 0 && process.platform !== 'win32') {
    throw new OpsFailure(`${file} may be read by others`, `chmod 600 ${file}`, 'badUse');
  }
  return readFileSync(file, 'utf8');
}

function read(file: string): string {
  try {
    return readPrivately(file);
  } catch (error) {
    if (error instanceof OpsFailure) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new OpsFailure(`${file} cannot be read: ${code}`, 'Check its path.', 'badUse');
  }
}
