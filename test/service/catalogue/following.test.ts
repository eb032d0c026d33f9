import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { pino } from 'pino';
import { CatalogueFollower } from '../../../service/catalogue/following';
import { catalogueOfStore } from '../../../service/catalogue/read';
import { createCatalogueStore } from '../../../service/catalogue/stored';
import { ConfigError, readConfig } from '../../../service/config';
import { startService } from '../../../service/start';
import { Database } from '../../../service/store/database';
import { createCatalogueKeeper } from '../../../service/store/kept-catalogues';
import type { Queryable } from '../../../service/store/queryable';
import { AwsDouble, doubleAccount, doubleRegion } from '../../aws/aws-double';
import { testWithMoto } from '../../aws/python-tools';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { startTestService, testEnvironment } from '../../support/running-service';
import { eventually } from '../../support/waiting';

const selling = (...ids: readonly string[]) =>
  JSON.stringify({
    packages: ids.map((id) => ({ id, name: id, credits: 1, currency: 'usd', amountMinor: 100 })),
  });
const bad = selling('starter', 'starter');
const parameterArn = `arn:aws:ssm:${doubleRegion}:${doubleAccount}:parameter/shop/catalogue`;
const objectArn = 'arn:aws:s3:::shop-catalogue/sold/now.json';
const neverStopped = new AbortController().signal;

let double: AwsDouble;
let testDatabase: TestDatabase;
let database: Database;
let put: Readonly<Record<string, (text: string) => Promise<unknown>>>;
let deleteParameter: () => Promise<unknown>;

beforeAll(async () => {
  if (testWithMoto !== test) return;
  double = await AwsDouble.start();
  // The stores, and the services below, have no other credentials than those of the process.
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  process.env.AWS_REGION = doubleRegion;
  process.env.AWS_ENDPOINT_URL = double.endpoint;
  const options = { endpoint: double.endpoint, region: doubleRegion, forcePathStyle: true };
  const [s3, ssm] = [new S3Client(options), new SSMClient(options)];
  await s3.send(new CreateBucketCommand({ Bucket: 'shop-catalogue' }));
  const object = { Bucket: 'shop-catalogue', Key: 'sold/now.json' };
  const parameter = { Name: '/shop/catalogue', Type: 'String', Overwrite: true } as const;
  put = {
    [objectArn]: (Body) => s3.send(new PutObjectCommand({ ...object, Body })),
    [parameterArn]: (Value) => ssm.send(new PutParameterCommand({ ...parameter, Value })),
  };
  deleteParameter = () => ssm.send(new DeleteParameterCommand({ Name: parameter.Name }));
});
afterAll(async () => {
  if (testWithMoto === test) await double.stop();
});

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const keptOf = (address: string) =>
  testDatabase.query<{ version: string; content: string }>(
    'select version, content from kept_catalogues where address = $1 order by read_at desc',
    [address],
  );

/** A follower that has looked for the first time, as a task does before it has its database. */
async function begin(arn: string, client = database) {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  const [store, catalogue] = [createCatalogueStore(arn, double.endpoint), catalogueOfStore()];
  const keeper = createCatalogueKeeper(client, arn);
  const follower = new CatalogueFollower({ catalogue, store, address: arn, keeper, log });
  await follower.begin();
  const sold = () => catalogue.packages.map(({ id }) => id);
  return { follower, sold, log: () => lines.join('') };
}

for (const [kind, arn] of [
  ['an object in S3', objectArn],
  ['a parameter', parameterArn],
] as const) {
  testWithMoto(`S6: what is sold changes with ${kind}, and a bad one leaves the old`, async () => {
    await put[arn]?.(selling('starter'));
    const { follower, sold, log } = await begin(arn);
    await follower.settle(neverStopped);
    const first = follower.state;
    expect(sold()).toEqual(['starter']);

    await follower.look();
    expect(follower.state).toEqual(first);
    await put[arn]?.(selling('starter', 'pro'));
    await follower.look();
    const second = follower.state;
    expect([sold(), second.version === first.version]).toEqual([['starter', 'pro'], false]);

    await put[arn]?.(bad);
    await follower.look();
    await follower.look();
    expect(sold()).toEqual(['starter', 'pro']);
    const refusedVersion = expect.any(String);
    expect(follower.state).toEqual({ ...second, status: 'refused', refusedVersion });
    expect(log().match(/starter is that of \/packages\/0 too; rename one/g)).toHaveLength(1);

    await put[arn]?.(selling('pro'));
    await follower.look();
    expect([sold(), follower.state.status]).toEqual([['pro'], 'current']);
    expect(follower.state.refusedVersion).toBeNull();
  });

  testWithMoto(`S6: a task that starts while ${kind} is bad sells the last good one`, async () => {
    await put[arn]?.(selling('starter'));
    const before = await begin(arn);
    await before.follower.look();
    await put[arn]?.(bad);
    await before.follower.look();

    const { follower, sold, log } = await begin(arn);
    await follower.settle(neverStopped);
    expect([sold(), before.sold()]).toEqual([['starter'], ['starter']]);
    expect(follower.state).toEqual(before.follower.state);
    expect(follower.state.status).toBe('refused');
    expect(log()).toMatch(/"level":50,.*rename one.*cannot be sold; the last good one is/);

    await put[arn]?.(selling('mended'));
    await follower.look();
    expect([sold(), follower.state.status]).toEqual([['mended'], 'current']);
  });

  testWithMoto(`S6: without anything at ${kind}, a first start is refused, with why`, async () => {
    const nowhere = `${arn}-that-is-not-there`;
    const { follower, sold } = await begin(nowhere);
    expect(sold).toThrow(/the last good one has not been read yet/);
    const refused = follower.settle(neverStopped);
    await expect(refused).rejects.toThrow(ConfigError);
    await refused.catch(({ faults }: ConfigError) =>
      expect(faults.join()).toMatch(
        /the catalogue at arn:\S+ cannot be read \(.+\); see that it is/,
      ),
    );
  });
}

testWithMoto('S6: a task that starts while there is none sells the last good one', async () => {
  await put[parameterArn]?.(selling('starter'));
  const running = await begin(parameterArn);
  await running.follower.look();
  await deleteParameter();
  await expect(running.follower.look()).rejects.toThrow(/cannot be read \(ParameterNotFound\)/);
  expect([running.follower.state.status, running.sold()]).toEqual(['unreadable', ['starter']]);

  const { follower, sold } = await begin(parameterArn);
  await follower.settle(neverStopped);
  expect([follower.state.status, sold()]).toEqual(['unreadable', ['starter']]);

  // Made anew, a parameter counts from one: another text under the version that is sold.
  await put[parameterArn]?.(selling('anew'));
  await follower.look();
  await running.follower.look();
  expect([sold(), running.sold()]).toEqual([['anew'], ['anew']]);
  expect(follower.state).toEqual({ version: '1', status: 'current', refusedVersion: null });
});

testWithMoto(
  'S6: of tasks that look at once, the last good one is what was read last',
  async () => {
    const tasks = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await put[objectArn]?.(selling(`edition-${index}`));
        return begin(objectArn);
      }),
    );
    await put[objectArn]?.(selling('last'));
    const last = await begin(objectArn);
    // What each has read first; all but one are out of date by now, and keep theirs at the same time.
    await Promise.all([last, ...tasks].map(({ follower }) => follower.look()));
    await put[objectArn]?.(bad);
    await Promise.all(tasks.map(({ follower }) => follower.look()));
    expect((await keptOf(objectArn))[0]).toEqual({
      version: last.follower.state.version,
      content: selling('last'),
    });
    const starting = await begin(objectArn);
    await starting.follower.settle(neverStopped);
    expect(starting.sold()).toEqual(['last']);
  },
);

const one = { version: '1', text: selling('one') };
const two = { version: '2', text: selling('two') };
const three = { version: '3', text: selling('three') };

testWithMoto('S6: what was read earlier never takes the place of what was read later', async () => {
  const keeper = createCatalogueKeeper(database, objectArn);
  expect(await keeper.keep(two, 10_000)).toBe(true);
  expect(await keeper.keep(one, 20_000)).toBe(false);
  expect(await keeper.find()).toEqual([two, one]);
  expect(await keeper.keep(one, 0)).toBe(true);
  expect(await keeper.find()).toEqual([one, two]);
});

testWithMoto('S6: what is kept is the last one again when it is read again', async () => {
  const keeper = createCatalogueKeeper(database, objectArn);
  await keeper.keep(one, 60_000);
  await keeper.keep(one, 10_000);
  // Began to read between the two.
  expect(await keeper.keep(two, 30_000)).toBe(false);
  expect(await keeper.find()).toEqual([one, two]);
});

testWithMoto('S6: a newer one pushes the oldest of two out, at its own address alone', async () => {
  const keeper = createCatalogueKeeper(database, objectArn);
  const elsewhere = createCatalogueKeeper(database, parameterArn);
  await elsewhere.keep(one, 90_000);
  await keeper.keep(one, 30_000);
  await keeper.keep(two, 20_000);
  await keeper.keep(three, 10_000);
  expect(await keeper.keep(one, 40_000)).toBe(false);
  expect((await keptOf(objectArn)).map(({ version }) => version)).toEqual(['3', '2']);
  expect(await elsewhere.find()).toEqual([one]);
});

testWithMoto('S6: the text of a catalogue is sent only where it is not kept yet', async () => {
  const sent: unknown[] = [];
  const watched: Queryable = {
    query: (statement, values) => {
      sent.push(...(values ?? []));
      return database.query(statement, values);
    },
  };
  const keeper = createCatalogueKeeper(watched, objectArn);
  const times = async () => {
    await keeper.keep(one, 0);
    return sent.filter((value) => value === one.text).length;
  };
  expect([await times(), await times(), await times()]).toEqual([1, 1, 1]);
  // Another text under the same version is another catalogue.
  await keeper.keep({ ...one, text: two.text }, 0);
  expect(sent).toContain(two.text);
});

testWithMoto('S6: what another task read later is said again when it is read again', async () => {
  await put[objectArn]?.(selling('late'));
  const { follower } = await begin(objectArn);
  const keeper = createCatalogueKeeper(database, objectArn);
  await keeper.keep(one, -60_000);
  await follower.look();
  // The database may be left alone only with what is known to be the last one.
  await testDatabase.query("delete from kept_catalogues where version <> '1'");
  await follower.look(true);
  expect((await keeper.find()).map(({ text }) => text)).toEqual([one.text, selling('late')]);
});

testWithMoto('S6: a version that cannot sell the last good one sells the one before', async () => {
  await put[parameterArn]?.(bad);
  const newer = { version: '2', text: '{"of-a-newer-version": []}' };
  const keeper = createCatalogueKeeper(database, parameterArn);
  await keeper.keep(one, 20_000);
  await keeper.keep(newer, 10_000);
  const { follower, sold, log } = await begin(parameterArn);
  await follower.settle(neverStopped);
  expect([sold(), follower.state.status]).toEqual([['one'], 'refused']);
  expect(log()).toMatch(/of-a-newer-version is not known here.*the good one before it is/);
  // It was not read from what is stored, and takes nobody's place.
  expect(await keeper.find()).toEqual([newer, one]);
});

testWithMoto(
  'S6: a database that rests is told of another catalogue, and of nothing else',
  async () => {
    await put[objectArn]?.(selling('starter'));
    const away = new Database({
      address: () => Promise.resolve({ url: testDatabase.url }),
      poolMax: 1,
      onConnectionLost: () => undefined,
    });
    const { follower, sold } = await begin(objectArn, away);
    await away.open(() => undefined, neverStopped);
    await follower.look();
    await away.close();
    await follower.look(true);
    await expect(follower.look()).rejects.toMatchObject({ code: 'database_unavailable' });
    await put[objectArn]?.(selling('pro'));
    await expect(follower.look(true)).rejects.toMatchObject({ code: 'database_unavailable' });
    // It is sold all the same, and said as soon as it can be.
    expect(sold()).toEqual(['pro']);
    await away.open(() => undefined, neverStopped);
    await follower.look(true);
    expect((await keptOf(objectArn))[0]?.content).toBe(selling('pro'));
    await away.close();
  },
);

testWithMoto('S6: while the database is away the last good one is waited for', async () => {
  await put[parameterArn]?.(bad);
  const kept = { version: '1', text: selling('kept') };
  await createCatalogueKeeper(database, parameterArn).keep(kept, 0);
  const { url } = testDatabase;
  const away = new Database({
    address: () => Promise.resolve({ url }),
    poolMax: 1,
    onConnectionLost: () => undefined,
  });
  const { follower, sold } = await begin(parameterArn, away);
  const settled = follower.settle(neverStopped);
  await away.open(() => undefined, neverStopped);
  await settled;
  expect(sold()).toEqual(['kept']);
  await away.close();
});

testWithMoto('S6: the last good one that this version cannot sell either is refused', async () => {
  await put[parameterArn]?.(bad);
  const kept = { version: '1', text: '{"of-a-newer-version": []}' };
  await createCatalogueKeeper(database, parameterArn).keep(kept, 0);
  const { follower } = await begin(parameterArn);
  const refused = await follower.settle(neverStopped).catch((error: unknown) => error);
  expect((refused as ConfigError).faults).toEqual([
    expect.stringMatching(/^CATALOGUE_ARN .*rename one/),
    expect.stringMatching(/^the last good one of arn:.*of-a-newer-version is not known here/),
  ]);
});

testWithMoto(
  'S6, S22: a service that starts with a bad one serves, and /version says so',
  async () => {
    const environment = { CATALOGUE_ARN: parameterArn, LOG_LEVEL: 'info' };
    const seenBy = async (lines: string[] = []) => {
      const service = await startTestService(testDatabase.url, environment, lines);
      await eventually('the start', async () =>
        (await fetch(`${service.url}/started`)).ok ? true : undefined,
      );
      const { packages } = (await (await service.get('/v1/catalogue', 'alice')).json()) as {
        packages: { id: string }[];
      };
      const { catalogue } = (await (await fetch(`${service.url}/version`)).json()) as {
        catalogue: object;
      };
      await service.stop();
      return { packages: packages.map(({ id }) => id), catalogue };
    };
    await put[parameterArn]?.(selling('of-the-parameter'));
    const good = await seenBy();
    await put[parameterArn]?.(bad);
    const lines: string[] = [];
    const then = await seenBy(lines);
    expect(good).toEqual({
      packages: ['of-the-parameter'],
      catalogue: {
        version: expect.stringMatching(/^\d+$/),
        status: 'current',
        refusedVersion: null,
      },
    });
    expect(then).toEqual({
      packages: ['of-the-parameter'],
      catalogue: {
        ...good.catalogue,
        status: 'refused',
        refusedVersion: expect.stringMatching(/^\d+$/),
      },
    });
    expect(lines.join('')).toMatch(/rename one.*cannot be sold; the last good one is/);
    // Once a minute and at the end, for the alarm.
    expect(lines.join('')).toContain('"CatalogueRefused":1');
  },
);

testWithMoto('S6: the first start of all with a bad one ends the process', async () => {
  await put[parameterArn]?.(bad);
  const config = readConfig({
    ...testEnvironment(testDatabase.url),
    CATALOGUE_ARN: parameterArn,
  });
  const service = await startService(config, pino({ level: 'silent' }));
  await expect(service.failed).rejects.toThrow(ConfigError);
  const started = await fetch(`http://127.0.0.1:${service.port}/started`);
  await service.stop();
  expect(started.status).toBe(503);
});
