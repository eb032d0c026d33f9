import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Set for the app to the file in which it tells the deploy what it left unprotected. */
const fileVariable = 'TOLLGATE_PROTECTED_LATER_FILE';

/** In the app: tells whoever deploys which stacks must be deployed once more, to be protected. */
export function tellDeploy(protectedLater: readonly string[]): void {
  const file = process.env[fileVariable];
  if (file !== undefined) writeFileSync(file, JSON.stringify(protectedLater));
}

/**
 * In the deploy: runs the app, and hears what it tells.
 * @param run is given what to add to the app's environment
 */
export async function hearingOfApp<Result>(
  run: (environment: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<{ readonly result: Result; readonly protectedLater: readonly string[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-deploy-'));
  const file = join(directory, 'protected-later.json');
  try {
    const result = await run({ [fileVariable]: file });
    // An assembly that is deployed as it was synthesised runs no app.
    const protectedLater = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
    return { result, protectedLater };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
