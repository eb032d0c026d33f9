import { issueToken } from '../../../../ops/service/bearer-token';
import { jwtSecret } from '../../../support/running-service';
import { newUser, openShop, type Shop, sessionsPath } from '../../../support/selling';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({
    STRIPE_CURRENCY: 'usd,jpy',
    ALLOWED_ORIGINS: 'https://app.example.com',
  });
});

afterAll(() => shop.close());

const topup = { amountMinor: 1000, currency: 'usd' };

describe('what is refused writes nothing, neither here nor at Stripe', () => {
  const count = async () => {
    const [row] = await shop.database.query('select count(*) from checkouts');
    const sessions = await shop.stripe.checkout.sessions.list({ limit: 1 });
    return [row?.count, sessions.data[0]?.id];
  };

  test.each([
    ['too little', { topup: { amountMinor: 49, currency: 'usd' } }, 422, 'amount_below_minimum'],
    ['nothing', { topup: { amountMinor: 0, currency: 'usd' } }, 422, 'amount_below_minimum'],
    [
      'less than nothing',
      { topup: { amountMinor: -5, currency: 'usd' } },
      422,
      'amount_below_minimum',
    ],
    ['too much', { topup: { amountMinor: 1e8, currency: 'usd' } }, 422, 'amount_above_maximum'],
    [
      'far too much',
      { topup: { amountMinor: 1e300, currency: 'usd' } },
      422,
      'amount_above_maximum',
    ],
    ['a fraction', { topup: { amountMinor: 10.5, currency: 'usd' } }, 400, 'validation_failed'],
    ['a text', { topup: { amountMinor: '1000', currency: 'usd' } }, 400, 'validation_failed'],
    ['no amount', { topup: { currency: 'usd' } }, 400, 'validation_failed'],
    ['null', { topup: null }, 400, 'validation_failed'],
    ['a list', [], 400, 'validation_failed'],
    ['nothing at all', {}, 400, 'validation_failed'],
    ['an unknown key', { topup, sucessUrl: 'https://x' }, 400, 'validation_failed'],
    [
      'a currency not sold',
      { topup: { amountMinor: 1000, currency: 'eur' } },
      422,
      'currency_not_supported',
    ],
    [
      'no currency',
      { topup: { amountMinor: 1000, currency: 'dollars' } },
      400,
      'validation_failed',
    ],
    [
      'a foreign page',
      { topup, successUrl: 'https://evil.example' },
      422,
      'redirect_url_not_allowed',
    ],
    ['a script', { topup, cancelUrl: 'javascript:alert(1)' }, 422, 'redirect_url_not_allowed'],
    [
      'a page that browsers and others read differently',
      { topup, cancelUrl: 'https://shop.example.com\\@evil.example' },
      422,
      'redirect_url_not_allowed',
    ],
  ])('%s', async (_name, body, status, code) => {
    const before = await count();
    const answer = await shop.service.post(sessionsPath, newUser(), body);
    expect(await answer.json()).toMatchObject({
      status,
      code,
      detail: expect.any(String),
      fix: expect.any(String),
    });
    expect(await count()).toEqual(before);
  });

  test.each([
    ['malformed JSON', '{"topup":', 'application/json', 400, 'malformed_json'],
    ['no body', '', 'application/json', 400, 'malformed_json'],
    ['a form', 'topup=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['a huge body', `{"x":"${'y'.repeat(70_000)}"}`, 'application/json', 413, 'body_too_large'],
  ])('%s', async (_name, body, contentType, status, code) => {
    const answer = await fetch(shop.service.url + sessionsPath, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issueToken(jwtSecret, newUser())}`,
        'content-type': contentType,
      },
      body,
    });
    expect(await answer.json()).toMatchObject({ status, code });
  });

  test('S9: no token, and the token of another secret', async () => {
    const body = JSON.stringify({ topup });
    const send = (headers: Record<string, string>) =>
      fetch(shop.service.url + sessionsPath, { method: 'POST', headers, body });
    const missing = await send({ 'content-type': 'application/json' });
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const forged = await send({ authorization: `Bearer ${await issueToken('other', 'user')}` });
    expect(await forged.json()).toMatchObject({ status: 401, code: 'token_invalid' });
  });
});

test('an id or a user with a control character is refused before the database sees it', async () => {
  const odd = await shop.service.get(`${sessionsPath}/cs_%00`, newUser());
  expect(await odd.json()).toMatchObject({ status: 400, code: 'validation_failed' });
  const oddUser = await shop.service.get('/v1/account', 'user\u0000');
  expect(await oddUser.json()).toMatchObject({ status: 401, code: 'token_invalid' });
});
