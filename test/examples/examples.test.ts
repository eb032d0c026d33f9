import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { startEventTopic } from '../../local/event-topic';
import { freePort } from '../../local/free-port';
import { issueToken } from '../../ops/service/bearer-token';
import { killPrograms, startProgram } from '../support/program';
import { jwtSecret } from '../support/running-service';
import { openShop, type Shop } from '../support/selling';

const root = join(__dirname, '../..');

let shop: Shop;
let shopPort: number;
let consumerPort: number;
let closeTopic: () => Promise<void>;

beforeAll(async () => {
  [shopPort, consumerPort] = [await freePort(), await freePort()];
  const topic = await startEventTopic(`http://127.0.0.1:${consumerPort}/events`);
  closeTopic = topic.close;
  // The service runs in this process, and its client of SNS reads where SNS is from here.
  Object.assign(process.env, topic.environment);
  shop = await openShop({
    ALLOWED_ORIGINS: 'http://localhost:*',
    BILLING_EVENTS_TOPIC_ARN: topic.arn,
  });
});
afterAll(async () => {
  killPrograms();
  await shop.close();
  await closeTopic();
});

const startExample = (name: string, environment: Record<string, string>) =>
  startProgram(process.execPath, ['--import', 'tsx', join(root, 'examples', name)], environment);

test('L5: the shop of one file sells, shows what was bought, and lets it be spent', async () => {
  const example = startExample('shop.ts', {
    PORT: String(shopPort),
    URL: shop.service.url,
    JWT_ACCESS_TOKEN_SECRET: jwtSecret,
  });
  await example.printed('The shop is open');
  const home = `http://localhost:${shopPort}/`;
  const page = async (query = '') => (await fetch(`${home}?user=bob${query}`)).text();
  expect(await page()).toContain('bob has <b>0 credits</b>');
  const submit = async (path: string) => {
    const answer = await fetch(home + path, { method: 'POST', redirect: 'manual' });
    return answer.headers.get('location') ?? '';
  };

  expect(await submit('use?user=bob')).toContain('too-little');
  const { redirectUrl = '' } = await payOnHostedPage(await submit('buy?user=bob&package=starter'), {
    card: '4242424242424242',
  });
  expect(redirectUrl).toMatch(new RegExp(`^${home}\\?user=bob&session_id=cs_`));
  const back = await (await fetch(redirectUrl)).text();
  expect(back).toContain('Thank you, it is yours.');
  expect(back).toContain('bob has <b>1000 credits</b>');
  await submit('use?user=bob');
  expect(await page()).toContain('bob has <b>900 credits</b>');
  expect(await page('&checkout=canceled')).toContain('Nothing was paid.');
  expect(await page()).toContain('-100 credits: a picture');
});

test('L5: the consumer is told what was bought, and takes it once', async () => {
  const example = startExample('sns-consumer.ts', { PORT: String(consumerPort) });
  await example.printed('Listening');
  // What the shop of before sold has waited for somebody to listen.
  await example.printed('bob bought starter');
  await example.printed('bob got 1000 credits');

  const post = async (body: string, kind = 'Notification') => {
    const headers = { 'x-amz-sns-message-type': kind };
    const url = `http://localhost:${consumerPort}/events`;
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  const event = JSON.stringify({
    specversion: '1.0',
    id: 'evt-1',
    type: 'balance.reversed',
    subject: 'carol',
    data: { amountMinor: 5, unit: 'usd' },
  });
  const notification = JSON.stringify({ Type: 'Notification', Message: event });
  expect([await post(notification), await post(event), await post('hello')]).toEqual([
    204, 204, 400,
  ]);
  expect(example.output().match(/carol gave back 5 usd/g)).toHaveLength(1);
  const letter = { SubscribeURL: `http://127.0.0.1:${shopPort}/` };
  expect(await post(JSON.stringify(letter), 'SubscriptionConfirmation')).toBe(400);
});

test('L5: every request of the .http file is answered as it says', async () => {
  const file = readFileSync(join(root, 'examples/tollgate.http'), 'utf8');
  const token = await issueToken(jwtSecret, 'reader');
  const statuses: Record<string, number> = {};
  for (const block of file.split(/^### /m).slice(1)) {
    const [title = '', line = '', ...rest] = block
      .replaceAll('{{url}}', shop.service.url)
      .replaceAll('{{token}}', token)
      .split('\n');
    const [method = '', url = ''] = line.split(' ');
    const end = rest.indexOf('');
    const headers = rest.slice(0, end).map((each) => each.split(': ') as [string, string]);
    const body = rest.slice(end).join('\n').trim();
    const answer = await fetch(url, { method, headers, ...(body !== '' && { body }) });
    statuses[title] = answer.status;
  }
  expect(statuses).toEqual({
    'What is for sale': 200,
    'Sell a package of credits: open the "url" that comes back, and pay with 4242 4242 4242 4242': 201,
    'Let them top up': 201,
    'What they have': 200,
    'How it came to be': 200,
    'Spend some of it: 409 insufficient_funds until they have paid': 409,
    'What they have bought': 200,
  });
});
