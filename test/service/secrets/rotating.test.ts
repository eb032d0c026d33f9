import type { SecretSource } from '../../../service/config';
import type { SecretStore, SecretVersion, StoredSecret } from '../../../service/secrets/manager';
import { RotatingSecret } from '../../../service/secrets/rotating';

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:tollgate-dev-x-AbCdEf';

const dayMillis = 24 * 60 * 60 * 1000;
const beginsAtMillis = 100 * dayMillis;

type Stored = string | undefined | Error;

/** Secrets Manager as a table, with the calls that were made to it. */
class FakeSecretStore implements SecretStore {
  readonly calls: string[] = [];
  readonly stored: Record<SecretVersion, Stored> = { AWSCURRENT: 'new', AWSPREVIOUS: 'old' };
  /** When each was stored: the current one as the clock of `setUp` begins, the other long before. */
  readonly createdAtMillis: Record<SecretVersion, number> = {
    AWSCURRENT: beginsAtMillis,
    AWSPREVIOUS: beginsAtMillis - 90 * dayMillis,
  };
  /** Resolves when the answers may go. */
  gate: Promise<void> = Promise.resolve();

  async read(asked: string, version: SecretVersion): Promise<StoredSecret | undefined> {
    this.calls.push(`${version} of ${asked}`);
    await this.gate;
    const stored = this.stored[version];
    if (stored instanceof Error) throw stored;
    return stored === undefined
      ? undefined
      : { text: stored, createdAtMillis: this.createdAtMillis[version] };
  }
}

function setUp(source: Partial<SecretSource> = {}) {
  const store = new FakeSecretStore();
  const clock = { millis: beginsAtMillis };
  const full = { value: 'injected', arn, ...source };
  const secret = new RotatingSecret('STRIPE_WEBHOOK_SECRET', full, store, () => clock.millis);
  return { store, clock, secret };
}

test('it begins with the injected value, and asks nobody', () => {
  const { secret, store } = setUp();
  expect(secret.current).toEqual(['injected']);
  expect(store.calls).toEqual([]);
});

test('with neither a value nor an ARN there is no secret, and refreshing changes nothing', async () => {
  const { secret, store } = setUp({ value: undefined, arn: undefined });
  expect(await secret.refresh()).toBe(false);
  expect(secret.current).toEqual([]);
  expect(store.calls).toEqual([]);
});

test('S19: after a rotation the current and the previous version are in force, in this order', async () => {
  const { secret, store } = setUp({ value: 'old' });
  expect(await secret.refresh()).toBe(true);
  expect(secret.current).toEqual(['new', 'old']);
  expect(store.calls.sort()).toEqual([`AWSCURRENT of ${arn}`, `AWSPREVIOUS of ${arn}`]);
});

test('S19: the previous version is in force for 24 hours after the current one was stored', async () => {
  const { secret, store, clock } = setUp({ value: 'old' });
  await secret.refresh();
  clock.millis = store.createdAtMillis.AWSCURRENT + dayMillis - 1;
  expect(secret.current).toEqual(['new', 'old']);
  clock.millis += 1;
  expect(secret.current).toEqual(['new']);
  expect(await secret.refresh()).toBe(false);
  expect(secret.current).toEqual(['new']);
});

test('S19: a previous version of any age is in force on the day of the rotation, a current one too', async () => {
  const { secret, store, clock } = setUp({ value: 'old' });
  store.createdAtMillis.AWSPREVIOUS = 0;
  await secret.refresh();
  expect(secret.current).toEqual(['new', 'old']);
  clock.millis += 30 * dayMillis;
  expect(secret.current).toEqual(['new']);
});

test('S19: a previous version that is taken back to is in force, whenever it was stored', async () => {
  const { secret, store } = setUp();
  // Labels can be moved by hand: then the version that was stored later is the previous one.
  store.createdAtMillis.AWSCURRENT = beginsAtMillis - 90 * dayMillis;
  store.createdAtMillis.AWSPREVIOUS = beginsAtMillis;
  await secret.refresh();
  expect(secret.current).toEqual(['new']);
});

test('a secret that was stored empty does not replace what worked', async () => {
  const { secret, store } = setUp();
  store.stored.AWSCURRENT = ' ';
  store.stored.AWSPREVIOUS = undefined;
  expect(await secret.refresh()).toBe(false);
  expect(secret.current).toEqual(['injected']);
});

test('a version that is read is parsed as an injected one is', async () => {
  const { secret, store } = setUp();
  store.stored.AWSCURRENT = '{"key": " new "}\n';
  store.stored.AWSPREVIOUS = ' old\n';
  await secret.refresh();
  expect(secret.current).toEqual(['new', 'old']);
});

test('nothing new is no change: the caller need not verify again', async () => {
  const { secret, clock } = setUp();
  expect(await secret.refresh()).toBe(true);
  clock.millis += 5_000;
  expect(await secret.refresh()).toBe(false);
});

test.each([
  ['never rotated', undefined],
  ['empty', ''],
  ['a mistake that was mended since', '{"value": "not under key"}'],
])(
  'S19: a previous version that is %s does not keep the current one out',
  async (_name, previous) => {
    const { secret, store } = setUp();
    store.stored.AWSPREVIOUS = previous;
    expect(await secret.refresh()).toBe(true);
    expect(secret.current).toEqual(['new']);
  },
);

test('however often it is asked, Secrets Manager is asked at most once in five seconds', async () => {
  const { secret, store, clock } = setUp();
  const answers: boolean[] = [];
  for (let asked = 0; asked < 100; asked += 1) {
    answers.push(await secret.refresh());
    clock.millis += 100; // ten seconds in all
  }
  expect(store.calls).toHaveLength(2 * 2);
  expect(answers.filter(Boolean)).toHaveLength(1);
});

test('S19: deliveries that arrive together all learn of the one refresh', async () => {
  const { secret, store, clock } = setUp();
  let open = (): void => undefined;
  store.gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = secret.refresh();
  clock.millis += 60_000; // it takes its time
  const others = [secret.refresh(), secret.refresh()];
  open();
  expect(await Promise.all([first, ...others])).toEqual([true, true, true]);
  expect(store.calls).toHaveLength(2);
});

test.each([
  ['cannot be asked', new Error('AccessDeniedException'), 'AccessDeniedException'],
  ['holds what is not usable', '{"value": "hidden"}', 'STRIPE_WEBHOOK_SECRET is JSON without'],
])(
  'when Secrets Manager %s, the values stay and the reason is told',
  async (_name, stored, said) => {
    const { secret, store, clock } = setUp();
    store.stored.AWSCURRENT = stored;
    await expect(secret.refresh()).rejects.toThrow(said);
    expect(secret.current).toEqual(['injected']);
    const calls = store.calls.length;
    await expect(secret.refresh()).rejects.toThrow(said);
    expect(store.calls).toHaveLength(calls); // not asked at once again: it may be rate-limited
    store.stored.AWSCURRENT = 'new';
    clock.millis += 5_000;
    expect(await secret.refresh()).toBe(true);
    expect(secret.current).toEqual(['new', 'old']);
  },
);
