import { spawnSync } from 'node:child_process';
import { testWhere } from '../support/left-out';

/**
 * For tests that need a tool of Python's.
 * @param name what to install, as pip knows it
 * @param probe a command that succeeds where the tool is there
 * @returns `test`, or a stand-in that skips and names what is missing
 */
export function testWith(name: string, probe: readonly [string, ...string[]]): typeof test {
  const [command, ...parameters] = probe;
  return testWhere(
    spawnSync(command, parameters, { stdio: 'ignore' }).status === 0,
    `${name} is missing; install it with \`pip install -r test/aws/double/requirements.txt\``,
  );
}

/** For tests that need AWS's own APIs: `moto_server` doubles them. It is found, and not imported, which takes long. */
export const testWithMoto = testWith('moto[server]', [
  'python3',
  '-c',
  "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, ['moto.server', 'flask'])))",
]);
