import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { freePort } from '../../local/free-port';
import { type ServiceProcess, startServiceProcess } from '../../local/service-process';
import { fingerprintOf } from '../../service/secrets/rotating';
import { AwsDouble, doubleRegion } from '../aws/aws-double';
import { testWithMoto } from '../aws/python-tools';
import { adminClient } from '../support/admin-client';
import { openCheckout } from '../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventOf, testClient, testEnvironment } from '../support/running-service';
import { eventually } from '../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-rotation-'));
const logFile = join(folder, 'service.log');
const completed = 'checkout.session.completed';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

let double: AwsDouble | undefined;
let client: SecretsManagerClient;
let database: TestDatabase;
const services: ServiceProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  if (testWithMoto !== test) return;
  double = await AwsDouble.start();
  client = new SecretsManagerClient({
    endpoint: double.endpoint,
    region: doubleRegion,
    credentials,
  });
});

afterAll(async () => {
  for (const service of services) await service.stop();
  client?.destroy();
  await double?.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function createSecret(name: string, value: string): Promise<string> {
  const created = await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  return created.ARN ?? '';
}

const store = (arn: string, value: string) =>
  client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));

/** A task as ECS starts it: with the value that it was given then, and the secret's ARN. */
async function startTask(environment: Record<string, string>): Promise<ServiceProcess> {
  const service = await startServiceProcess(
    {
      ...testEnvironment(database.url),
      LOG_LEVEL: 'info',
      PORT: String(await freePort()),
      AWS_ENDPOINT_URL: double?.endpoint ?? '',
      AWS_REGION: doubleRegion,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...environment,
    },
    logFile,
  );
  services.push(service);
  return service;
}

/** The metrics that the service wrote until it ended. */
function metricsWritten(): Record<string, unknown>[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

testWithMoto('S19: a rotated webhook secret needs no redeploy and rejects no event', async () => {
  const arn = await createSecret('webhook', ' whsec_first \n');
  const service = await startTask({
    STRIPE_WEBHOOK_SECRET: 'whsec_first',
    STRIPE_WEBHOOK_SECRET_ARN: arn,
  });
  const stripe = testClient(service.url);
  const deliver = async (secret: string) => {
    const { paidSession } = await openCheckout(database);
    return (await stripe.deliver(eventOf(completed, paidSession()), { secret })).status;
  };

  expect(await deliver('whsec_first')).toBe(200);
  await store(arn, '{"key": "whsec_second"}');
  // Stripe signs with the new one as soon as it is rolled, and retries old deliveries meanwhile.
  expect(await deliver('whsec_second')).toBe(200);
  expect(await deliver('whsec_first')).toBe(200);
  expect(await deliver('whsec_of_somebody')).toBe(400);

  await service.stop();
  const [written] = metricsWritten().filter((line) => 'PreviousSecretSignatures' in line);
  expect(written).toMatchObject({ PreviousSecretSignatures: 1, WebhooksRejected: 1 });
});

testWithMoto(
  'S19: an administrator is told when the previous secret may be dropped, by a task that has not looked',
  async () => {
    // Uses are kept by fingerprint: these secrets are no other test's.
    const arn = await createSecret('webhook-asked', 'whsec_asked_first');
    const task = { STRIPE_WEBHOOK_SECRET: 'whsec_asked_first', STRIPE_WEBHOOK_SECRET_ARN: arn };
    const service = await startTask(task);
    const rotation = async ({ url } = service) => {
      const { status, body } = await adminClient(url).get('/webhook-secrets');
      expect(JSON.stringify(body)).not.toContain('whsec');
      return { status, ...body };
    };
    expect(await rotation()).toMatchObject({ status: 200, state: 'single' });

    await store(arn, 'whsec_asked_second');
    const stale = await startTask(task);
    expect(await rotation(stale)).toMatchObject({
      state: 'rotating',
      secrets: [
        {
          version: 'current',
          fingerprint: fingerprintOf('whsec_asked_second'),
          lastVerifiedAt: null,
        },
        { version: 'previous', fingerprint: fingerprintOf('whsec_asked_first') },
      ],
    });

    const event = eventOf('customer.created', { id: 'cus_1' });
    const delivered = await testClient(stale.url).deliver(event, { secret: 'whsec_asked_second' });
    expect(delivered.status).toBe(200);
    await eventually('the use noted', async () => {
      const [noted] = await database.query(
        `update webhook_secret_uses set first_verified_at = now() - interval '2 hours',
           last_verified_at = now() - interval '2 hours' where fingerprint = $1 returning 1`,
        [fingerprintOf('whsec_asked_second')],
      );
      return noted;
    });
    expect(await rotation(stale)).toMatchObject({ state: 'previous_may_be_dropped' });
  },
);

testWithMoto(
  'S19: a secret that was dropped two rotations ago verifies nothing any more',
  async () => {
    const arn = await createSecret('webhook-twice', 'whsec_first');
    const service = await startTask({
      STRIPE_WEBHOOK_SECRET: 'whsec_first',
      STRIPE_WEBHOOK_SECRET_ARN: arn,
    });
    const stripe = testClient(service.url);
    const deliver = async (secret: string) =>
      (await stripe.deliver(eventOf('customer.created', { id: 'cus_1' }), { secret })).status;
    await store(arn, 'whsec_second');
    await store(arn, 'whsec_third');
    expect(await deliver('whsec_third')).toBe(200);
    expect(await deliver('whsec_second')).toBe(200);
    expect(await deliver('whsec_first')).toBe(400);
  },
);

testWithMoto(
  'I9: SECRETS_VERSION=previous goes back to the secrets before the last change',
  async () => {
    const webhook = await createSecret('webhook-pinned', 'whsec_right');
    await store(webhook, 'whsec_mistake');
    const service = await startTask({
      STRIPE_WEBHOOK_SECRET: '',
      STRIPE_WEBHOOK_SECRET_ARN: webhook,
      SECRETS_VERSION: 'previous',
    });
    const stripe = testClient(service.url);
    const event = eventOf('customer.created', { id: 'cus_1' });
    await eventually('a delivery that is taken', async () => {
      const { status } = await stripe.deliver(event, { secret: 'whsec_right' });
      return status === 200 || undefined;
    });
  },
);
