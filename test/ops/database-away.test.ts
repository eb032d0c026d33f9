import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from '../../ops/doctor/outside';
import { issueToken } from '../../ops/service/bearer-token';
import { seeTokenTaken } from '../../ops/service/secret-pickup';
import { seeVerified } from '../../ops/service/signed-delivery';
import { defaultWebhookPath } from '../../service/contract';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { runOpsAt } from '../support/ops';
import { killPrograms } from '../support/program';
import {
  jwtSecret,
  startTestService,
  type TestService,
  webhookSecret,
} from '../support/running-service';
import { startTcpProxy } from '../support/tcp-proxy';

let database: TestDatabase;
let proxy: Awaited<ReturnType<typeof startTcpProxy>>;
let service: TestService;
const asking = 'the database is waking up, or away: asking again';
const receiver = () => ({ url: service.url, webhookPath: defaultWebhookPath, mode: 'test' });

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.url);
  service = await startTestService(proxy.url);
  await proxy.cut();
});
afterEach(async () => {
  killPrograms();
  await service.stop();
  await proxy.cut();
  await database.drop();
});

/** As a paused database does, once it has been asked. */
async function wakes(): Promise<void> {
  await sleep(6_000);
  await proxy.restore();
}

test('O10: a command sits out a database that wakes up, and says so', async () => {
  const [{ code, output }] = await Promise.all([runOpsAt(service.url, 'status'), wakes()]);
  expect(output).toContain(asking);
  expect(output).toMatch(/^events +✓ 0 failed/m);
  expect(code).toBe(0);
});

test('O6: an environment whose database wakes up is not red', async () => {
  await sleep(1_500); // /ready asks the database once a second at most
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const [findings] = await Promise.all([diagnose(service.url, defaultWebhookPath), wakes()]);
  expect(said.mock.calls).toEqual([[asking]]);
  said.mockRestore();
  expect(findings.filter(({ ok }) => ok !== true)).toEqual([]);
});

test('O10: a stored secret is seen to be taken once the database has woken up', async () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const [verified, taken] = await Promise.all([
    seeVerified(receiver(), webhookSecret),
    seeTokenTaken(service.url, await issueToken(jwtSecret, 'operator')),
    wakes(),
  ]);
  expect(said.mock.calls).toEqual([[asking], [asking]]);
  said.mockRestore();
  expect(verified).toBe('an event that was signed with it is taken');
  expect(taken).toBe('a token that was signed with it is taken');
});

test('O10: a database that stays away is not called a secret that is refused', async () => {
  const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const failures = await Promise.all([
    seeVerified(receiver(), webhookSecret).catch((error: unknown) => error),
    seeTokenTaken(service.url, await issueToken(jwtSecret, 'operator')).catch(
      (error: unknown) => error,
    ),
  ]);
  said.mockRestore();
  for (const failure of failures) {
    expect(failure).toMatchObject({
      name: 'OpsFailure',
      message: expect.stringMatching(/^the service could not say .*database_unavailable/s),
      fix: expect.stringMatching(/^The secret is stored/),
    });
  }
  await proxy.restore();
});
