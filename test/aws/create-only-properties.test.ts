import { spawnSync } from 'node:child_process';
import createOnlyProperties from '../lib/create-only-properties.json';
import { testWith } from './python-tools';

const testWithCfnLint = testWith('cfn-lint', ['cfn-lint', '--version']);

testWithCfnLint(
  'I1: the properties that replace a resource are those of CloudFormation’s schemas',
  () => {
    const { stdout, stderr } = spawnSync(
      'python3',
      [`${__dirname}/double/create_only_properties.py`, ...Object.keys(createOnlyProperties)],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(createOnlyProperties).toEqual(JSON.parse(stdout));
  },
);
