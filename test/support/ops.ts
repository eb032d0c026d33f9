import { issueToken } from '../../ops/service/bearer-token';
import { type Program, startProgram } from './program';
import { jwtSecret } from './running-service';

const quiet = {
  // Standard error, where the SDK warns of Node.js 20, is kept together with the output.
  NODE_NO_WARNINGS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** Starts the ops command as an operator does. */
export function startOps(
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const command = ['bin/run.cjs', 'bin/ops.ts', ...given];
  return startProgram(process.execPath, command, { ...quiet, ...environment });
}

/** Runs it to its end. */
export async function runOps(
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const program = startOps(given, environment);
  return { code: await program.code, output: program.output() };
}

/** Runs it with a token for a service of the tests, as `npm run status -- --env` would set it. */
export async function runOpsAt(url: string, ...given: readonly string[]) {
  return runOps([...given, '--url', url], await adminVariable());
}

export const adminVariable = async () => ({
  ADMIN: await issueToken(jwtSecret, 'operator', 'billing:admin'),
});
