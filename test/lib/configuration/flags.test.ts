import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context } from '../../../cdk.json';
import { Faults } from '../../../lib/configuration/faults';
import { flagNames, flagTable, readFlags } from '../../../lib/configuration/flags';

/** The flags that were read and the faults that were found. */
function read(given: Readonly<Record<string, unknown>>) {
  const faults = new Faults();
  const flags = readFlags({ ...context, ...given }, faults);
  try {
    faults.throwIfAny();
  } catch (error) {
    return { flags, message: String(error) };
  }
  return { flags, message: '' };
}

describe('I13: context flags', () => {
  test('I13: a mistyped flag is an error that names the nearest flag', () => {
    const { message } = read({ env: 'staging', forceHtpForwarding: 'true' });
    expect(message).toMatch(/forceHtpForwarding is not known; did you mean forceHttpForwarding\?/);
    for (const name of flagNames) expect(message).toContain(name);
  });

  test('I13: a flag in another case is not taken for the flag', () => {
    expect(read({ ForceHttpForwarding: 'true' }).message).toMatch(
      /did you mean forceHttpForwarding\?/,
    );
  });

  test('I13: all faults are reported together', () => {
    const { message } = read({ evn: 'dev', enableAcm: 'yes', image: 'nginx' });
    expect(message).toMatch(/evn is not known; did you mean env\?/);
    expect(message).toMatch(/enableAcm is "yes"; expected true or false/);
    expect(message).toMatch(/image is "nginx"; expected a container image/);
  });

  test.each([
    '@aws-cdk/core:anything',
    '@aws-cdk-containers/ecs-service-extensions:enableDefaultLogDriver',
    'aws:cdk:enable-path-metadata',
    'aws-cdk:enableDiffNoFail',
    'availability-zones:account=1:region=us-east-1',
    'cli-telemetry',
  ])('I13: %s is the CDK’s own and left alone', (key) => {
    expect(read({ [key]: true }).message).toBe('');
  });

  test.each([
    ['forceHttpForwarding', 'true', true],
    ['forceHttpForwarding', true, true],
    ['forceHttpForwarding', 'false', false],
    ['forceHttpForwardingUntil', '2026-12-31', new Date('2026-12-31T23:59:59Z')],
    ['forceHttpForwardingUntil', '2026-12-31T18:00Z', new Date('2026-12-31T18:00:00Z')],
    ['image', 'shop/tollgate:1.4.2', 'shop/tollgate:1.4.2'],
    [
      'image',
      `registry.test:5000/a/b@sha256:${'a'.repeat(64)}`,
      `registry.test:5000/a/b@sha256:${'a'.repeat(64)}`,
    ],
    ['env', 'prod-eu', 'prod-eu'],
  ] as const)('%s takes %p', (name, written, meaning) => {
    const { flags, message } = read({ [name]: written });
    expect(message).toBe('');
    expect(flags[name]).toEqual(meaning);
  });

  test.each([
    ['forceHttpForwarding', 'TRUE'],
    ['forceHttpForwarding', '1'],
    ['forceHttpForwarding', ''],
    ['forceHttpForwardingUntil', '2026-02-30'],
    ['forceHttpForwardingUntil', '31.12.2026'],
    ['forceHttpForwardingUntil', '2026-12-31T25:00Z'],
    ['forceHttpForwardingUntil', '2026-12-31T18:00'],
    ['image', 'shop/tollgate'],
    ['image', 'shop/tollgate@sha256:abc'],
    ['env', 'Prod'],
    ['env', '../secrets'],
    ['environmentFile', 'environment.yaml'],
  ] as const)('%s refuses %p and says what it takes', (name, written) => {
    const { flags, message } = read({ [name]: written });
    expect(flags[name]).toBeUndefined();
    expect(message).toContain(
      `${name} is ${JSON.stringify(written)}; expected ${flagTable[name].expected}`,
    );
  });

  test('a flag that is not given is undefined, so that the environment file decides', () => {
    expect(Object.values(read({}).flags).every((value) => value === undefined)).toBe(true);
  });
});

describe('a search for the name of a flag', () => {
  /** They say which environment it is, and are read before anything is built. */
  const names = ['env', 'environmentFile', 'project'];

  test.each(flagNames.filter((name) => !names.includes(name)))(
    '%s finds what acts on it',
    (name) => {
      const sources = ['constructs', 'stacks'].flatMap((room) => {
        const folder = join(__dirname, '../../../lib', room);
        const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
        return files.map((file) => readFileSync(join(folder, file), 'utf8'));
      });
      expect(sources).toContainEqual(expect.stringMatching(new RegExp(`\\b${name}\\b`)));
    },
  );
});
