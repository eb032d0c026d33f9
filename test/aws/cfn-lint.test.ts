import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames } from '../../lib/load-environment';
import { removeAssemblies, synthesise, toHttps } from '../lib/synthesis';
import { testWith } from './python-tools';

const testWithCfnLint = testWith('cfn-lint', ['cfn-lint', '--version']);

afterAll(removeAssemblies);

testWithCfnLint(
  'I1: cfn-lint finds no error in the templates of any environment, first deploy and last',
  () => {
    const templates = environmentNames().flatMap((env) =>
      [{}, { ...toHttps, forceHttpForwarding: 'true' }].flatMap((flags) => {
        const { directory } = synthesise({ env, ...flags });
        const files = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
        return files.map((file) => join(directory, file));
      }),
    );
    expect(templates).toHaveLength(3 * 2 * 4);
    const { stdout, status } = spawnSync(
      'cfn-lint',
      // W3010: zones are named on purpose. W3005: the CDK's own custom resource.
      ['--regions', 'us-east-1', '--ignore-checks', 'W3010', 'W3005', '--', ...templates],
      { encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  },
  120_000,
);
