import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(__dirname, '../service/build.cjs');

/**
 * Compiles the service, if anything has changed since the last time.
 * @throws Error with what the compiler says
 */
export async function buildService(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [script]);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`the service does not compile:\n${`${stdout}${stderr}`.trimEnd()}`);
  }
}
