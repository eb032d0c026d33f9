import { readConfig } from '../../service/config';
import { faults, least, read, secretArn } from './reading-configuration';

describe('single variables', () => {
  test.each(['127.0.0.1', '::', 'localhost', 'task.internal'])('HOST %j is read', (HOST) => {
    expect(read({ HOST }).host).toBe(HOST);
  });

  test.each(['127.0.0.1:8080', '[::1]', 'http://localhost', '*', '10.0.0.0/8'])(
    'HOST %j is refused',
    (HOST) => {
      expect(faults({ HOST })).toEqual([expect.stringContaining(`HOST is ${HOST}; expected`)]);
    },
  );

  test.each([
    ['0', 0],
    ['1', 1],
    ['65535', 65_535],
    ['08080', 8080],
    [' 8080 ', 8080],
  ])('PORT %j is read', (PORT, port) => {
    expect(read({ PORT }).port).toBe(port);
  });

  test.each([
    '65536',
    '-1',
    '80.5',
    '8e3',
    '0x1F90',
    '1_000',
    '８０８０',
    'Infinity',
    'tcp://10.0.0.1:80',
  ])('PORT %j is refused', (PORT) => {
    expect(faults({ PORT })).toEqual([`PORT is ${PORT}; expected a whole number from 0 to 65535`]);
  });

  test.each(['0', '101', 'ten'])('DATABASE_POOL_MAX %j is refused', (DATABASE_POOL_MAX) => {
    expect(faults({ DATABASE_POOL_MAX })).toEqual([
      `DATABASE_POOL_MAX is ${DATABASE_POOL_MAX}; expected a whole number from 1 to 100`,
    ]);
  });

  test.each(['Test', 'prod', 'test,live', '__proto__'])(
    'STRIPE_MODE %j is refused',
    (STRIPE_MODE) => {
      expect(faults({ STRIPE_MODE })).toEqual([
        `STRIPE_MODE is ${STRIPE_MODE}; expected test, live`,
      ]);
    },
  );

  test.each(['doge', 'us', 'usd;eur', 'usd eur', 'constructor', 'isk'])(
    'STRIPE_CURRENCY %j is refused, with those that are supported',
    (STRIPE_CURRENCY) => {
      expect(faults({ STRIPE_CURRENCY })).toEqual([expect.stringMatching(/names .*expected.*usd/)]);
    },
  );

  test.each([
    ['DATABASE_URL', 'postgres://localhost/x', 0],
    ['DATABASE_URL', 'localhost:5432', 1],
    ['DATABASE_URL', 'http://localhost', 1],
    ['STRIPE_API_BASE', 'https://', 1],
    ['STRIPE_API_BASE', 'http://localhost:99999', 1],
    ['PUBLIC_BASE_URL', '//pay.example.com', 1],
    ['PUBLIC_BASE_URL', 'javascript:alert(1)', 1],
    ['JWT_JWKS_URL', 'file:///etc/jwks.json', 1],
  ])('%s %s has %i faults', (name, value, count) => {
    expect(faults({ [name]: value })).toHaveLength(count);
  });

  test.each(['paid', '//evil.example', '/paid?x=1', '/paid#top', '/{ID}'])(
    'SUCCESS_PATH %s is refused: it is no plain path',
    (path) => {
      expect(faults({ SUCCESS_PATH: path })).toEqual([
        expect.stringContaining(`SUCCESS_PATH is ${path}; expected a path`),
      ]);
      expect(faults({ SUCCESS_PATH: '/orders/paid', CANCEL_PATH: '/basket' })).toEqual([]);
    },
  );

  test('the database is named in one way', () => {
    expect(faults({ DATABASE_SECRET_ARN: secretArn('database') })).toEqual([
      'DATABASE_URL and DATABASE_SECRET_ARN are both set; keep one',
    ]);
  });

  test.each([
    '*',
    'null',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://*.example.com',
    'https://app.example.com:443',
    'https://user@app.example.com',
    'https://APP.example.com',
    'javascript:alert(1)',
    'ftp://app.example.com',
  ])('ALLOWED_ORIGINS %s is refused: it would never match, or match too much', (origin) => {
    expect(faults({ ALLOWED_ORIGINS: `https://ok.example.com,${origin}` })).toEqual([
      expect.stringContaining(`ALLOWED_ORIGINS names ${origin}; expected`),
    ]);
  });

  test.each([
    ['arn:aws:s3:::shop-catalogue/sold/now.json', 0],
    ['arn:aws-cn:ssm:cn-north-1:123456789012:parameter/shop/catalogue', 0],
    ['s3://shop-catalogue/sold/now.json', 1],
    ['arn:aws:s3:::shop-catalogue', 1],
    ['arn:aws:secretsmanager:eu-west-1:123456789012:secret:x', 1],
  ])('S6: CATALOGUE_ARN is that of an object or of a parameter: %s', (arn, count) => {
    expect(faults({ CATALOGUE_ARN: arn })).toHaveLength(count);
  });

  test.each([
    ['http://localhost:*', 'test', 0],
    ['https://127.0.0.1:*', 'test', 0],
    ['http://[::1]:*', 'test', 0],
    ['http://localhost:*', 'live', 1],
    ['http://localhost*', 'test', 1],
    ['http://app.example.com:*', 'test', 1],
  ])(
    'S8: every port of this machine may be allowed, for test money alone: %s, %s',
    (origin, mode, count) => {
      const live = { PUBLIC_BASE_URL: 'https://pay.example.com', STRIPE_MODE: mode };
      expect(faults({ ALLOWED_ORIGINS: origin, ...live })).toHaveLength(count);
    },
  );

  test.each([
    'webhooks',
    '/',
    '/*',
    '/:id',
    '/webhooks/*',
    '/webhooks/:name',
    '/webhooks(.*)',
    '/webhooks/',
    '//evil.example',
    '/web hooks',
    '/webhooks?x=1',
    '/webhooks#x',
    '/%2e%2e/x',
    '/../health',
    '/webhooks/./stripe',
    'https://pay.example.com/webhooks',
    '/v1',
    '/v1/account',
    '/health',
    '/ready',
    '/started',
    '/version',
    '/openapi.json',
  ])('WEBHOOK_PATHS %s is refused: it is no plain path, or taken', (path) => {
    expect(faults({ WEBHOOK_PATHS: `/webhooks/stripe,${path}` })).toEqual([
      expect.stringContaining(`WEBHOOK_PATHS names ${path}; expected`),
    ]);
  });

  test.each(['/stripe', '/v1-webhooks', '/v10/stripe', '/health/stripe', '/a.b/c_d/~e'])(
    'WEBHOOK_PATHS %s is a plain path',
    (path) => {
      expect(read({ WEBHOOK_PATHS: path }).webhookPaths).toEqual([path]);
    },
  );
});

test('a URL that paths cannot be put behind is refused, and a short JWT secret remarked on', () => {
  for (const PUBLIC_BASE_URL of [
    'https://x.example/?a=b',
    'https://x.example/#a',
    'https://u@x.example',
  ]) {
    expect(faults({ PUBLIC_BASE_URL })).toEqual([
      expect.stringMatching(/^PUBLIC_BASE_URL has a user/),
    ]);
  }
  expect(readConfig({ ...least, JWT_ACCESS_TOKEN_SECRET: 'short' }).remarks).toEqual([
    'JWT_ACCESS_TOKEN_SECRET has 5 bytes; use 32 or more, or it can be guessed',
  ]);
});

test.each([
  ['no JSON', /^FIX_HINTS is not as expected; expected a JSON object of texts by the codes/],
  ['[]', undefined],
  ['7', /^FIX_HINTS is not as expected; expected/],
  ['{"token_expird": "x"}', /^FIX_HINTS is not as expected at token_expird; expected/],
  ['{"token_expired": 7}', /^FIX_HINTS is not as expected at token_expired; expected/],
])('S20: of FIX_HINTS %s is said what is wrong', (FIX_HINTS, fault) => {
  const found = faults({ FIX_HINTS });
  expect(found).toEqual(fault === undefined ? [] : [expect.stringMatching(fault)]);
});
