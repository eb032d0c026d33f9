import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentFiles } from '../lib/environment-files';
import { removeAssemblies, synthesise } from '../lib/synthesis';
import { templateVariants } from '../lib/template-variants';
import { testWith } from './python-tools';

const testWithCfnLint = testWith('cfn-lint', ['cfn-lint', '--version']);
const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

/** The files of all templates, each content once: flags leave most stacks as they are. */
function differentTemplates(): readonly string[] {
  const byContent = new Map<string, string>();
  for (const [, flags] of templateVariants(files)) {
    const { directory } = synthesise(flags);
    const names = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
    for (const name of names) {
      const file = join(directory, name);
      byContent.set(readFileSync(file, 'utf8'), file);
    }
  }
  return [...byContent.values()];
}

testWithCfnLint(
  'I1: cfn-lint finds no error in any template: each environment, each choice, each rule of a flag',
  () => {
    const templates = differentTemplates();
    const contents = templates.map((file) => readFileSync(file, 'utf8')).join();
    for (const type of ['IAM::OIDCProvider', 'WAFv2::WebACL', 'EC2::VPCEndpoint', 'SQS::Queue']) {
      expect(contents).toContain(`"AWS::${type}"`);
    }
    expect(contents).toContain('"Strategy": "CANARY"');
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
