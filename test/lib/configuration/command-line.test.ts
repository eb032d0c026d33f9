import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentNames } from '../../../lib/configuration/load-environment';

const project = join(__dirname, '../../..');
const home = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));

afterAll(() => rmSync(home, { recursive: true }));

/** A command as a person runs it in the project, without an account. */
function command(program: string, ...parameters: string[]) {
  const { status, stdout, stderr } = spawnSync(program, parameters, {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return { status, output: stdout + stderr };
}

/** An npm script: `npm run script -- parameters`. */
const run = (script: string, ...parameters: string[]) =>
  command('npm', 'run', '--silent', script, '--', ...parameters);

const synth = (...parameters: string[]) =>
  run('synth', '--output', join(home, 'out'), ...parameters);

describe('npm run synth', () => {
  test('I1: without an account, network or Docker it makes the four stacks and says what is in force', () => {
    const { status, output } = synth('-c', 'env=staging', '-c', 'forceHttpForwarding=true');
    expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
    expect(output).toContain('flags in force: forceHttpForwarding=true');
    expect(output).toContain('WARNING: forceHttpForwarding is ON');
    expect(output).toContain('cdk-nag and the house rules: off; deploy and CI have them on');
    const templates = readdirSync(join(home, 'out')).filter((file) =>
      file.endsWith('.template.json'),
    );
    expect(templates.sort()).toEqual(
      ['data', 'monitoring', 'network', 'service'].map(
        (kind) => `tollgate-staging-${kind}.template.json`,
      ),
    );
  });

  test('I13: faults end it with all of them, no stack trace, and not 0', () => {
    const { status, output } = synth(
      '-c',
      'env=staging',
      '-c',
      'forceHtpForwarding=true',
      '-c',
      'enableAcm=ja',
    );
    expect(status).toBe(1);
    expect(output).toMatch(/2 faults/);
    expect(output).toMatch(/did you mean forceHttpForwarding\?/);
    expect(output).toMatch(/enableAcm is "ja"; expected true or false/);
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('I1: without an environment it names those that there are', () => {
    const { status, output } = synth();
    expect(status).toBe(1);
    expect(output).toContain(
      `no environment is named; give one of ${environmentNames().join(', ')}`,
    );
  });

  test('it writes what cdk synth writes, to the byte', () => {
    const [ours, theirs] = [join(home, 'ours'), join(home, 'theirs')];
    const context = ['-c', 'env=prod', '--context=secretsVersion=previous'];
    expect(run('synth', ...context, '--output', ours).status).toBe(0);
    const cdk = ['--no-install', 'cdk', 'synth', '--quiet', '--output', theirs];
    expect(command('npx', ...cdk, ...context).status).toBe(0);
    const written = assembly(ours);
    expect(Object.keys(written)).toContain('tollgate-prod-service.template.json');
    expect(written).toEqual(assembly(theirs));
  });

  test('a file of context that cannot be read is named, with what to do', () => {
    const file = join(home, '.cdk.json');
    writeFileSync(file, '{"context": {');
    try {
      const { status, output } = synth('-c', 'env=staging');
      expect(output).toMatch(
        /^Not run:\n {2}- .*\.cdk\.json cannot be read: .*; repair it, or delete/,
      );
      expect(output).not.toMatch(/^\s+at /m);
      expect(status).toBe(1);
    } finally {
      rmSync(file);
    }
  });

  test.each([
    [['tollgate-staging-data'], "Unexpected argument 'tollgate-staging-data'"],
    [['--verbose'], "Unknown option '--verbose'"],
  ])('what only cdk synth takes, such as %j, is refused with its name', (parameters, seen) => {
    const { status, output } = run('synth', '-c', 'env=staging', ...parameters);
    expect({ status, output }).toEqual({
      status: 1,
      output:
        `Not run:\n  - ${seen}; npm run synth takes -c name=value and --output DIRECTORY; for what ` +
        'else cdk synth takes, `npx cdk synth`\n',
    });
  });
});

/** The files of a cloud assembly, by their names. */
const assembly = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(directory, name), 'utf8')]),
  );

test('I11: the template checks are on in a deploy, wherever its name stands', () => {
  const deploy = ['--profile', 'shop', 'deploy', '--all', '-c', 'env=dev'];
  const { output } = command('npx', '--no-install', 'cdk', ...deploy, '-o', join(home, 'out'));
  expect(output).toContain('cdk-nag and the house rules: on');
  expect(output).toMatch(
    /WARNING: the CDK alone deploys this\..*run `npm run deploy` with the same/,
  );
});

describe('I13: no context flag fails silently', () => {
  const env = ['-c', 'env=staging'];

  test.each([
    [['-c', 'forceHttpForwarding'], '"-c forceHttpForwarding" is not understood'],
    [['-c', 'forceHttpForwarding', '--quiet'], '"-c forceHttpForwarding" is not understood'],
    [['-c', 'forceHttpForwarding:true'], '"-c forceHttpForwarding:true" is not understood'],
    [['--context=forceHttpForwarding'], '"--context forceHttpForwarding" is not understood'],
    [['-cforceHttpForwarding=true'], '"-cforceHttpForwarding=true" is not understood'],
    [['--context.enableAcm=true'], '"--context.enableAcm true" is not understood'],
    [['-c'], '"-c" is not understood'],
    [
      ['-c', 'enableAcm=true', '--context=enableAcm=false'],
      'enableAcm is given twice, as enableAcm=true and as enableAcm=false',
    ],
  ])('I13: %j is refused before the CDK drops it', (parameters, message) => {
    const { status, output } = synth(...env, ...parameters);
    expect(output).toContain(message);
    expect(output).not.toContain('flags in force');
    expect(status).toBe(1);
  });

  test.each(['diff', 'deploy'])('I13: %s looks at its flags as synth does', (script) => {
    const { status, output } = run(script, ...env, '-c', 'forceHttpForwarding');
    expect({ status, output }).toEqual({
      status: 1,
      output:
        // The first line is the CDK's, which would go on.
        'Context argument is not an assignment (key=value): forceHttpForwarding\n' +
        'Not run:\n  - context flag "-c forceHttpForwarding" is not understood; expected ' +
        '-c name=value, such as -c forceHttpForwarding=true\n',
    });
  });

  test('I13: a flag without its -c, which the CDK would go on without, is refused', () => {
    const bare = ['--maintenance=on', '--force-http-forwarding', 'true'];
    const { status, output } = run('diff', ...env, ...bare);
    expect(output).toContain(
      'Not synthesised, 2 faults:\n' +
        '  - --maintenance is no option of the CDK, which would go on without it; give the context ' +
        'flag as -c maintenance=VALUE\n' +
        '  - --force-http-forwarding is no option of the CDK, which would go on without it; give the ' +
        'context flag as -c forceHttpForwarding=VALUE\n',
    );
    expect(status).toBe(1);
  });

  test('I13: flags beside an assembly that is synthesised already would be for nothing, and are refused', () => {
    const { status, output } = run('deploy', '--app', 'docs', ...env, '-c', 'maintenance=on');
    expect(output).toBe(
      'Not run:\n  - context flags change nothing in docs, which is taken as it was synthesised; ' +
        'leave out --app, or the flags\n',
    );
    expect(status).toBe(1);
  });

  test('I13: an image with its digest is one assignment', () => {
    const image = `shop/tollgate@sha256:${'0'.repeat(64)}`;
    const { status, output } = synth('--context=env=staging', '--context', `image=${image}`);
    expect(output).toContain(`image=${image}`);
    expect(status).toBe(0);
  });

  test.each([
    [['-c', 'forceHttpForwarding'], '"-c forceHttpForwarding" is not understood'],
    [
      ['-c', 'enableAcm=true', '-c', 'enableAcm=false'],
      'enableAcm is given twice, as enableAcm=true and as enableAcm=false',
    ],
  ])('I13: a bare cdk refuses %j too, which it would pass over', (parameters, message) => {
    const bare = ['synth', '--quiet', '--output', join(home, 'out'), ...env, ...parameters];
    const { status, output } = command('npx', '--no-install', 'cdk', ...bare);
    expect(output).toContain(`Not run:\n  - context flag ${message}`);
    expect(output).not.toContain('flags in force');
    expect(status).toBe(1);
  });

  test('I13: a flag in a file that nobody looks at is refused, and the file named', () => {
    const file = join(home, '.cdk.json');
    writeFileSync(file, JSON.stringify({ context: { forceHttpForwarding: 'true' } }));
    try {
      const { status, output } = synth(...env);
      expect(output).toContain(
        `${file} gives the context flag forceHttpForwarding, unseen by whoever deploys; take it ` +
          'out, and give it as -c forceHttpForwarding=true when it is meant',
      );
      expect(output).not.toContain('flags in force');
      expect(status).toBe(1);
    } finally {
      rmSync(file);
    }
  });
});
