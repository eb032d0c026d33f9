import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { doubleAccount, doubleRegion, doublesVariable, variablesFor } from '../aws/aws-double';

declare global {
  var doubles: ChildProcess | undefined;
}

/** As it is typed, in no project: what an environment says changes nothing of it. */
const bootstrap = [
  process.execPath,
  require.resolve('aws-cdk/bin/cdk'),
  ...['bootstrap', `aws://${doubleAccount}/${doubleRegion}`],
  ...['--no-notices', '--no-version-reporting', '-c', 'cli-telemetry=false'],
];

/**
 * Jest's global set-up: what the doubles of AWS are forked from, for the tests that ask for one. It ends
 * with its standard input, which the system closes when Jest ends, however that ends.
 */
export default async function startDoubles(): Promise<void> {
  const script = join(__dirname, '../aws/double/cloudformation/forks.py');
  // Without an address: what moto itself asks of the SDK would go there.
  const { AWS_ENDPOINT_URL: _ofEach, ...variables } = variablesFor('');
  const doubles = spawn('python3', [script, ...bootstrap], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      ...variables,
      CI: 'true',
    },
  });
  // Without Python, what needs a double is left out.
  doubles.on('error', () => undefined);
  globalThis.doubles = doubles;
  for await (const folder of createInterface({ input: doubles.stdout })) {
    process.env[doublesVariable] = folder;
    break;
  }
}
