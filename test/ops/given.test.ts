import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { runOps } from '../support/ops';
import { killPrograms } from '../support/program';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-given-'));

afterAll(killPrograms);
afterAll(() => rmSync(folder, { recursive: true }));

/** As on a machine that AWS was never set up on. */
const unset = {
  AWS_REGION: '',
  AWS_DEFAULT_REGION: '',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: join(folder, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
};

test.each(['', ' ', 'Prod', 'pro_d'])(
  'I13: --env %j names no environment, and nothing is asked for it',
  async (env) => {
    const { code, output } = await runOps(['switch', 'maintenance', 'status', '--env', env], unset);
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('expected the name of an environment, such as dev'),
    });
  },
);

test.each([
  ['find', ''],
  ['ledger', ' '],
  ['events', 'show', ''],
])('O10: %s, of an empty name, asks for nothing', async (...command) => {
  const { code, output } = await runOps([...command, '--url', 'http://127.0.0.1:9'], unset);
  expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('it is empty') });
});

test('O6: without a region, the fix is to name one', async () => {
  const { code, output } = await runOps(['status', '--env', 'dev'], unset);
  expect({ code, output }).toEqual({
    code: 1,
    output: expect.stringMatching(
      /Region (is missing|not accepted).*\n {2}→ Name the region .*: --region us-east-1/,
    ),
  });
});

test('I13: a token from a secret is read where --region says', async () => {
  const { code, output } = await runOps(['token', '--secret-id', 'jwt', '--region', 'us-east-1'], {
    ...unset,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}`,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  });
  expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('ECONNREFUSED') });
});

test.each(['null', '[]', '5', '\uFEFF{}'])(
  'I8: a file of outputs with %s is named, with what it lacks',
  async (text) => {
    const file = join(folder, 'outputs.json');
    writeFileSync(file, text);
    const { code, output } = await runOps(['status', '--env', 'dev', '--outputs', file], unset);
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringContaining('has no outputs of tollgate-dev-service, but of nothing'),
    });
  },
);
