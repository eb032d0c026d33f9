import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames } from '../../lib/load-environment';
import { removeAssemblies, synthesise, toHttps } from '../lib/synthesis';
import { testWith } from './python-tools';

const testWithCfnLint = testWith('cfn-lint', ['cfn-lint', '--version']);

afterAll(removeAssemblies);

/** What an environment file can add and adopt, with every rule that a flag can put in front. */
const furtherEnvironments = [
  { env: 'shop', file: 'front-end.json' },
  { env: 'adopting', file: 'adopting-everything.json' },
];
const flagged = { maintenance: 'on', stripeIpsOnly: 'true' };

testWithCfnLint(
  'I1: cfn-lint finds no error in the templates of any environment, first deploy and last',
  () => {
    const ofFlags = (flags: Readonly<Record<string, string>>) => {
      const { directory } = synthesise(flags);
      const files = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
      return files.map((file) => join(directory, file));
    };
    const inEmergency = { ...toHttps, forceHttpForwarding: 'true' };
    const firstAndLast = environmentNames().flatMap((env) => [
      ...ofFlags({ env }),
      ...ofFlags({ env, ...inEmergency }),
    ]);
    const further = furtherEnvironments.flatMap(({ env, file }) =>
      ofFlags({ env, environmentFile: join(__dirname, '../lib/environments', file), ...flagged }),
    );
    const templates = [...firstAndLast, ...further];
    expect(templates).toHaveLength((3 * 2 + furtherEnvironments.length) * 4);
    const { stdout, status } = spawnSync(
      'cfn-lint',
      // W3010: zones are named on purpose. W3005: the CDK's own custom resource.
      ['--regions', 'us-east-1', '--ignore-checks', 'W3010', 'W3005', '--', ...templates],
      { encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  },
  // A minute on two idle cores; others may be at work.
  600_000,
);
