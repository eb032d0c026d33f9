import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { lockFile, lockOfState, replacingProperties, type StateLock } from './state-lock';
import { removeAssemblies, synthesise, toHttps } from './synthesis';

afterAll(removeAssemblies);

/**
 * The lock is a contract with every environment that is deployed: what differs from it is deleted or
 * made anew by the next deploy, with whatever it holds.
 */
const locked: StateLock = JSON.parse(readFileSync(lockFile, 'utf8'));

const onPurpose =
  'If it is meant (a new environment, a new resource, your own domain before the first deploy, a ' +
  'replacement that somebody prepared by moving the data), write the lock anew with ' +
  '`npx tsx test/lib/write-state-lock.ts` and commit it with the reason.';

/** A line for every environment that joins or leaves, and every resource that appears, goes or is replaced. */
function differences(before: StateLock, after: StateLock): readonly string[] {
  return [...joined(before, after), ...ofResources(before, after)];
}

/** A file in lib/environments is an environment by itself, and locked once this is done. */
function joined(before: StateLock, after: StateLock): readonly string[] {
  const isIn = (lock: StateLock) => (env: string) => Object.hasOwn(lock, env);
  const without = (lock: StateLock, other: StateLock) =>
    Object.keys(other).filter((env) => !isIn(lock)(env));
  return [
    ...without(before, after).map(
      (env) =>
        `lib/environments/${env}.ts is not in the lock yet: write the lock anew before its first ` +
        'deploy, so that nothing of it is replaced by accident afterwards',
    ),
    ...without(after, before).map(
      (env) => `lib/environments/${env}.ts is gone: destroy its stacks first, or put it back`,
    ),
  ];
}

function ofResources(before: StateLock, after: StateLock): readonly string[] {
  const isInBoth = (env: string) => Object.hasOwn(before, env) && Object.hasOwn(after, env);
  const flat = (lock: StateLock) =>
    new Map(
      Object.entries(lock)
        .filter(([env]) => isInBoth(env))
        .flatMap(([env, stacks]) =>
          Object.entries(stacks).flatMap(([stack, resources]) =>
            Object.entries(resources).map(([id, held]) => [`${env} ${stack} ${id}`, held] as const),
          ),
        ),
    );
  const [old, young] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...young.keys()])].sort().flatMap((name) => {
    const [was, is] = [old.get(name), young.get(name)];
    if (was === undefined) return [`${name} (${is?.type}) is new, and not in the lock`];
    if (is === undefined) return [`${name} (${was.type}) is gone: it would be deleted`];
    if (isDeepStrictEqual(was, is)) return [];
    const show = (held: object) => JSON.stringify(held);
    return [`${name} would change or be replaced: locked is ${show(was)}, now is ${show(is)}`];
  });
}

test('I1: what holds state keeps its logical id, its type and all whose change would replace it', () => {
  const found = differences(locked, lockOfState());
  if (found.length > 0) throw new Error([...found, onPurpose].join('\n'));
});

test('I1: a change of the addresses, the domain, the name of a database or how a secret is generated is seen as a loss', () => {
  const edit = (from: string, to: string): StateLock =>
    JSON.parse(JSON.stringify(locked).replaceAll(from, to));
  const seen = (from: string, to: string) =>
    differences(locked, edit(from, to)).map((line) => line.split(' would ')[0]);
  expect(seen('10.0.0.0/16', '10.9.0.0/16')).toContain('prod network NetworkVpc7FB7348F');
  expect(seen('billing.example.com', 'pay.example.com')).toContain(
    'prod network PublicZone65FBFA2F',
  );
  expect(seen('"DatabaseName":"tollgate"', '"DatabaseName":"ledger"')).toContain(
    'prod data LedgerDatabaseCluster65C98A3E',
  );
  // As when a secret is taken out of `secrets.imported`: its live value would be overwritten.
  expect(seen('"GenerateSecretString":', '"Description":')).toEqual(
    expect.arrayContaining([
      'prod data StripeSecretsStripeSecretKey2C521F88',
      'prod data LedgerDatabaseCredentials7978E15F',
    ]),
  );
  expect(seen('LedgerDatabaseCluster65C98A3E', 'LedgerDatabaseCluster2')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^prod data LedgerDatabaseCluster65C98A3E \(AWS::RDS::DBCluster\) is gone/,
      ),
      expect.stringMatching(/^prod data LedgerDatabaseCluster2 .* is new/),
    ]),
  );
});

test('I1: a new file in lib/environments joins the lock by itself, and one that goes is missed', () => {
  const { staging = {}, ...others } = locked;
  expect(differences(locked, { ...locked, shop: staging })).toEqual([
    expect.stringMatching(
      /^lib\/environments\/shop\.ts is not in the lock yet: write the lock anew/,
    ),
  ]);
  expect(differences(locked, others)).toEqual([
    expect.stringMatching(/^lib\/environments\/staging\.ts is gone: destroy its stacks first/),
  ]);
});

test('I1: every type of the templates has its replacing properties listed', () => {
  const { templates } = synthesise({ env: 'prod', ...toHttps });
  const types = Object.values(templates).flatMap(({ Resources }) =>
    Object.values(Resources).map(({ Type }) => Type),
  );
  for (const type of new Set(types)) {
    if (!type.startsWith('Custom::')) expect(replacingProperties(type)).toBeDefined();
  }
});

test('I1: what cannot be made again outlives its stack, and is gone after a creation that failed', () => {
  const held = Object.values(lockOfState().dev ?? {}).flatMap((resources) =>
    Object.entries(resources),
  );
  const retained = held.filter(([, { deletion }]) => deletion.startsWith('Retain'));
  // Plain `Retain` would keep a name that the second attempt then finds taken.
  const logs = 'HttpsEdgeAccessLogsDF2846AE';
  const named = retained.filter(([id]) => id !== logs);
  expect(named.map(([id, { deletion }]) => [id, deletion]).sort()).toEqual(
    [
      'AlarmTopicKeyBA1A4AA7',
      'BillingTopic59E0C9BA',
      'PublicZone65FBFA2F',
      'StripeSecretsJwtAccessTokenSecretDDC60999',
      'StripeSecretsStripeSecretKey2C521F88',
      'StripeSecretsStripeWebhookSecretD5F30EB7',
    ].map((id) => [id, 'RetainExceptOnCreate']),
  );
  // It has no name, and is never empty: its deletion would stop that of everything else.
  expect(Object.fromEntries(retained)[logs]?.deletion).toBe('Retain');
  for (const [id, { replacement }] of retained) expect([id, replacement]).toEqual([id, 'Retain']);
});
