import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { pino } from 'pino';
import { CatalogueFollower } from '../../../service/catalogue/following';
import { readStoredCatalogue } from '../../../service/catalogue/read';
import { createCatalogueStore } from '../../../service/catalogue/stored';
import { ConfigError } from '../../../service/config';
import { AwsDouble, doubleAccount, doubleRegion } from '../../aws/aws-double';
import { testWithMoto } from '../../aws/python-tools';
import { startServiceWithDatabase } from '../../support/service-with-database';

const selling = (...ids: readonly string[]) =>
  JSON.stringify({
    packages: ids.map((id) => ({ id, name: id, credits: 1, currency: 'usd', amountMinor: 100 })),
  });
const parameterArn = `arn:aws:ssm:${doubleRegion}:${doubleAccount}:parameter/shop/catalogue`;
const objectArn = 'arn:aws:s3:::shop-catalogue/sold/now.json';

let double: AwsDouble;
let put: Readonly<Record<string, (text: string) => Promise<unknown>>>;

beforeAll(async () => {
  if (testWithMoto !== test) return;
  double = await AwsDouble.start();
  // The stores, and the service below, have no other credentials than those of the process.
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  process.env.AWS_REGION = doubleRegion;
  const options = { endpoint: double.endpoint, region: doubleRegion, forcePathStyle: true };
  const [s3, ssm] = [new S3Client(options), new SSMClient(options)];
  await s3.send(new CreateBucketCommand({ Bucket: 'shop-catalogue' }));
  const object = { Bucket: 'shop-catalogue', Key: 'sold/now.json' };
  const parameter = { Name: '/shop/catalogue', Type: 'String', Overwrite: true } as const;
  put = {
    [objectArn]: (Body) => s3.send(new PutObjectCommand({ ...object, Body })),
    [parameterArn]: (Value) => ssm.send(new PutParameterCommand({ ...parameter, Value })),
  };
});
afterAll(async () => {
  if (testWithMoto === test) await double.stop();
});

async function follow(arn: string) {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  const store = createCatalogueStore(arn, double.endpoint);
  const catalogue = await readStoredCatalogue(store, arn);
  const follower = new CatalogueFollower(catalogue, store, arn, log);
  const sold = () => catalogue.packages.map(({ id }) => id);
  return { follower, sold, log: () => lines.join('') };
}

for (const [kind, arn] of [
  ['an object in S3', objectArn],
  ['a parameter', parameterArn],
] as const) {
  testWithMoto(`S6: what is sold changes with ${kind}, and a bad one leaves the old`, async () => {
    await put[arn]?.(selling('starter'));
    const { follower, sold, log } = await follow(arn);
    const first = follower.state;
    expect(sold()).toEqual(['starter']);

    await follower.look();
    expect(follower.state).toEqual(first);
    await put[arn]?.(selling('starter', 'pro'));
    await follower.look();
    const second = follower.state;
    expect([sold(), second.version === first.version]).toEqual([['starter', 'pro'], false]);

    await put[arn]?.(selling('starter', 'starter'));
    await follower.look();
    await follower.look();
    expect(sold()).toEqual(['starter', 'pro']);
    expect(follower.state).toEqual({ ...second, refusedVersion: expect.any(String) });
    expect(log().match(/starter is that of \/packages\/0 too; rename one/g)).toHaveLength(1);

    await put[arn]?.(selling('pro'));
    await follower.look();
    expect([sold(), follower.state.refusedVersion]).toEqual([['pro'], null]);
  });

  testWithMoto(`S6: without anything at ${kind}, a start is refused, and says why`, async () => {
    const nowhere = `${arn}-that-is-not-there`;
    const reading = readStoredCatalogue(createCatalogueStore(nowhere, double.endpoint), nowhere);
    await expect(reading).rejects.toThrow(ConfigError);
    await reading.catch(({ faults }: ConfigError) =>
      expect(faults.join()).toMatch(
        /the catalogue at arn:\S+ cannot be read \(.+\); see that it is/,
      ),
    );
  });
}

testWithMoto('S6, S22: the service sells what is stored, and /version names which', async () => {
  await put[parameterArn]?.(selling('of-the-parameter'));
  process.env.AWS_ENDPOINT_URL = double.endpoint;
  const { service, close } = await startServiceWithDatabase({ CATALOGUE_ARN: parameterArn });
  const { packages } = (await (await service.get('/v1/catalogue', 'alice')).json()) as {
    packages: { id: string }[];
  };
  expect(packages.map(({ id }) => id)).toEqual(['of-the-parameter']);
  const version = (await (await fetch(`${service.url}/version`)).json()) as object;
  expect(version).toMatchObject({
    catalogue: { version: expect.stringMatching(/^\d+$/), refusedVersion: null },
  });
  await close();
});
