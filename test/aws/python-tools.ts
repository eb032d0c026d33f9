import { spawnSync } from 'node:child_process';

/**
 * Decides about tests that need a tool of Python's. Where it is missing, the tests are left out with
 * a line that says so; continuous integration insists on it.
 * @param name what to install, as pip knows it
 * @param probe a command that succeeds where the tool is there
 * @returns `test`, or a stand-in that skips and names what is missing
 */
export function testWith(name: string, probe: readonly [string, ...string[]]): typeof test {
  const [command, ...parameters] = probe;
  const isThere = spawnSync(command, parameters, { stdio: 'ignore' }).status === 0;
  if (isThere || process.env.CI !== undefined) return test;
  process.stderr.write(
    `left out: ${name} is missing; install it with \`pip install -r test/aws/double/requirements.txt\`\n`,
  );
  return test.skip as typeof test;
}

/** For tests that need AWS's own APIs: `moto_server` doubles them. */
export const testWithMoto = testWith('moto[server]', [
  'python3',
  '-c',
  'import moto.server, flask',
]);
