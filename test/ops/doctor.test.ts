import { freePort } from '../../local/free-port';
import { createTestDatabase } from '../support/database';
import { killPrograms, startScript } from '../support/program';
import { startTestService } from '../support/running-service';

afterAll(killPrograms);

async function doctor(...args: string[]) {
  const program = startScript('bin/ops.ts', 'doctor', ...args);
  return { code: await program.code, output: program.output() };
}

test('O6: a deployment that is well is said to be, a line a check', async () => {
  const database = await createTestDatabase();
  const service = await startTestService(database.url);
  const { code, output } = await doctor('--url', service.url);
  expect(output.split('\n')).toEqual([
    expect.stringMatching(/^✓ health {8}GET \/health → 200/),
    expect.stringMatching(/^✓ ready {9}GET \/ready → 200/),
    expect.stringMatching(/^✓ webhook path {2}GET \/webhooks\/stripe → 405$/),
    expect.stringMatching(/^✓ version {7}GET \/version → 200 .*stripeApiVersion/),
    '',
  ]);
  expect(code).toBe(0);

  const elsewhere = await doctor('--url', service.url, '--webhook-path', '/hooks', '--json');
  expect(JSON.parse(elsewhere.output)).toContainEqual({
    check: 'webhook path',
    ok: false,
    seen: expect.stringContaining('GET /hooks → 404'),
    fix: expect.stringContaining('WEBHOOK_PATHS'),
  });
  expect(elsewhere.code).toBe(1);
  await service.stop();
  await database.drop();
});

test('O6: what is missing is named with its fix', async () => {
  const database = await createTestDatabase();
  const service = await startTestService(database.url, { STRIPE_SECRET_KEY: '' });
  const { code, output } = await doctor('--url', service.url);
  expect(output).toMatch(/✗ ready .*503.*STRIPE_SECRET_KEY not configured.*expected 200\n +→ /);
  expect(code).toBe(1);
  await service.stop();
  await database.drop();
});

test('O6: nobody there is one finding and not four', async () => {
  const { code, output } = await doctor('--url', `http://127.0.0.1:${await freePort()}`);
  expect(output).toMatch(
    /^✗ health .*does not answer: .*ECONNREFUSED.*\n +→ Check the address.*\n$/,
  );
  expect(code).toBe(1);
});

test('a URL that is none is refused with what is expected', async () => {
  const { code, output } = await doctor('--url', 'billing.example.com');
  expect([code, output]).toEqual([2, expect.stringContaining('expected a URL such as https://')]);
});
