import { readConfig } from '../../service/config';
import { faults, faultsOf, least, read, secretArn } from './reading-configuration';

const live = {
  ...least,
  STRIPE_MODE: 'live',
  STRIPE_SECRET_KEY: 'sk_live_hidden',
  PUBLIC_BASE_URL: 'https://pay.example.com',
};

test('the least that is needed is enough, and the rest has its defaults', () => {
  expect(readConfig(least)).toEqual({
    host: '127.0.0.1',
    port: 8080,
    database: { url: least.DATABASE_URL },
    databasePoolMax: 10,
    databaseMayPause: false,
    stripeSecretKey: { value: undefined, arn: undefined },
    stripeWebhookSecret: { value: 'whsec_hidden', arn: undefined },
    stripeApiBase: new URL('https://api.stripe.com'),
    stripeMode: 'test',
    currencies: ['usd'],
    jwtAccessTokenSecret: { value: least.JWT_ACCESS_TOKEN_SECRET, arn: undefined },
    jwtJwksUrl: undefined,
    publicBaseUrl: new URL('http://localhost:8080'),
    allowedOrigins: ['http://localhost:8080'],
    webhookPaths: ['/webhooks/stripe'],
    billingEventsTopicArn: undefined,
    eventQueue: undefined,
    successPath: '/',
    cancelPath: '/',
    catalogueFile: 'catalogue/default.json',
    adapters: [],
    checkout: 'on',
    processing: 'on',
    foreignSessions: 'ignore',
    foreignUserKeys: ['tollgate_user_id'],
    adjustmentLimits: new Map(),
    secretsVersion: 'current',
    environmentName: 'local',
    jwtIssuer: undefined,
    jwtAudiences: undefined,
    jwtUserClaims: ['sub'],
    fixHints: {},
    logLevel: 'info',
    remarks: [],
  });
});

test('everything can be said, and white space around it does not matter', () => {
  const environment = {
    HOST: '0.0.0.0',
    PORT: '9090',
    DATABASE_SECRET_ARN: secretArn('database'),
    DATABASE_POOL_MAX: '1',
    DATABASE_MAY_PAUSE: 'true',
    STRIPE_SECRET_KEY: 'rk_live_hidden',
    STRIPE_SECRET_KEY_ARN: secretArn('stripe-secret-key'),
    STRIPE_WEBHOOK_SECRET: '{"key": "whsec_hidden"}',
    STRIPE_WEBHOOK_SECRET_ARN: secretArn('stripe-webhook-secret'),
    STRIPE_API_BASE: 'http://127.0.0.1:12111',
    STRIPE_MODE: 'live',
    STRIPE_CURRENCY: 'EUR, usd,',
    JWT_JWKS_URL: 'https://idp.example.com/.well-known/jwks.json',
    PUBLIC_BASE_URL: 'https://pay.example.com/billing',
    ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:5173',
    WEBHOOK_PATHS: '/webhooks/stripe, /api/webhooks/stripe, /webhooks/stripe',
    BILLING_EVENTS_TOPIC_ARN: 'arn:aws-cn:sns:cn-north-1:123456789012:billing',
    STRIPE_EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/events',
    STRIPE_EVENT_DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
    CATALOGUE_FILE: 'catalogue/prod.json',
    CATALOGUE_ARN: 'arn:aws:s3:::shop-catalogue/now.json',
    ADAPTERS: 'topups, credits',
    CHECKOUT: 'off',
    PROCESSING: 'paused',
    FOREIGN_SESSIONS: 'credit',
    FOREIGN_USER_KEYS: 'user_id, client_reference_id',
    SECRETS_VERSION: 'previous',
    ENVIRONMENT_NAME: 'prod',
    ADJUSTMENT_APPROVAL_ABOVE: 'usd:10000, credits: 500',
    JWT_ISSUER: 'https://idp.example.com/',
    JWT_AUDIENCE: 'tollgate, mobile',
    JWT_USER_CLAIM: 'userId,sub',
    FIX_HINTS: '{"token_expired": "here"}',
    LOG_LEVEL: 'debug',
  };
  const expected = {
    host: '0.0.0.0',
    port: 9090,
    database: { secretArn: environment.DATABASE_SECRET_ARN },
    databasePoolMax: 1,
    databaseMayPause: true,
    stripeSecretKey: { value: 'rk_live_hidden', arn: environment.STRIPE_SECRET_KEY_ARN },
    stripeWebhookSecret: { value: 'whsec_hidden', arn: environment.STRIPE_WEBHOOK_SECRET_ARN },
    stripeApiBase: new URL('http://127.0.0.1:12111'),
    stripeMode: 'live',
    currencies: ['eur', 'usd'],
    jwtAccessTokenSecret: { value: undefined, arn: undefined },
    jwtJwksUrl: new URL('https://idp.example.com/.well-known/jwks.json'),
    publicBaseUrl: new URL('https://pay.example.com/billing'),
    allowedOrigins: ['https://pay.example.com', 'https://app.example.com', 'http://localhost:5173'],
    webhookPaths: ['/webhooks/stripe', '/api/webhooks/stripe'],
    billingEventsTopicArn: environment.BILLING_EVENTS_TOPIC_ARN,
    eventQueue: {
      url: environment.STRIPE_EVENT_QUEUE_URL,
      deadLetterQueueUrl: environment.STRIPE_EVENT_DEAD_LETTER_QUEUE_URL,
    },
    successPath: '/',
    cancelPath: '/',
    catalogueFile: 'catalogue/prod.json',
    catalogueArn: 'arn:aws:s3:::shop-catalogue/now.json',
    adapters: ['topups', 'credits'],
    checkout: 'off',
    processing: 'paused',
    foreignSessions: 'credit',
    foreignUserKeys: ['user_id', 'client_reference_id'],
    adjustmentLimits: new Map([
      ['usd', 10_000n],
      ['credits', 500n],
    ]),
    secretsVersion: 'previous',
    environmentName: 'prod',
    jwtIssuer: 'https://idp.example.com/',
    jwtAudiences: ['tollgate', 'mobile'],
    jwtUserClaims: ['userId', 'sub'],
    fixHints: { token_expired: 'here' },
    logLevel: 'debug',
  };
  expect(readConfig(environment)).toEqual({ ...expected, remarks: [] });
  const spaced = Object.entries(environment).map(([name, value]) => [name, ` ${value}\n`]);
  expect(readConfig(Object.fromEntries(spaced))).toMatchObject(expected);
});

test.each([
  ['STRIPE_EVENT_QUEUE_URL', 'STRIPE_EVENT_DEAD_LETTER_QUEUE_URL'],
  ['STRIPE_EVENT_DEAD_LETTER_QUEUE_URL', 'STRIPE_EVENT_QUEUE_URL'],
])('S25: %s without the other queue is a fault', (set, missing) => {
  expect(faults({ [set]: 'https://sqs.eu-west-1.amazonaws.com/123456789012/q' })).toEqual([
    `${set} is set, but ${missing} is not; set both or neither`,
  ]);
});

test('an empty variable, or one of spaces, is not set', () => {
  const names = [
    ...['HOST', 'PORT', 'DATABASE_SECRET_ARN', 'DATABASE_POOL_MAX', 'STRIPE_SECRET_KEY'],
    ...[
      'STRIPE_MODE',
      'STRIPE_SECRET_KEY_ARN',
      'STRIPE_WEBHOOK_SECRET_ARN',
      'STRIPE_API_BASE',
      'LOG_LEVEL',
    ],
    ...['STRIPE_CURRENCY', 'JWT_ACCESS_TOKEN_SECRET_ARN', 'JWT_JWKS_URL', 'PUBLIC_BASE_URL'],
    ...['ALLOWED_ORIGINS', 'WEBHOOK_PATHS', 'BILLING_EVENTS_TOPIC_ARN'],
  ];
  for (const value of ['', ' ', '\n']) {
    const { remarks, ...config } = read(Object.fromEntries(names.map((name) => [name, value])));
    const { remarks: _none, ...defaults } = readConfig(least);
    expect(config).toEqual(defaults);
  }
});

test('S20: all faults are reported together, each with its variable and its fix', () => {
  const found = faultsOf({
    PORT: 'http',
    DATABASE_URL: 'mysql://localhost/x',
    DATABASE_POOL_MAX: '0',
    STRIPE_SECRET_KEY: 'sk_live_hidden',
    STRIPE_SECRET_KEY_ARN: 'tollgate-dev-stripe-secret-key',
    STRIPE_WEBHOOK_SECRET: '{"hidden": 1}',
    STRIPE_API_BASE: 'api.stripe.com',
    STRIPE_MODE: 'production',
    STRIPE_CURRENCY: 'usd,doge',
    PUBLIC_BASE_URL: 'ftp://x',
    ALLOWED_ORIGINS: '*',
    WEBHOOK_PATHS: 'webhooks',
    BILLING_EVENTS_TOPIC_ARN: 'billing',
    LOG_LEVEL: 'loud',
  });
  const named = found.map((fault) => /^(?:none of )?([A-Z_]+)/.exec(fault)?.[1]).sort();
  expect(named).toEqual(
    [
      ...['PORT', 'DATABASE_URL', 'DATABASE_POOL_MAX', 'STRIPE_SECRET_KEY', 'STRIPE_API_BASE'],
      ...['STRIPE_SECRET_KEY_ARN', 'STRIPE_MODE', 'STRIPE_CURRENCY', 'PUBLIC_BASE_URL'],
      ...['STRIPE_WEBHOOK_SECRET', 'ALLOWED_ORIGINS', 'WEBHOOK_PATHS'],
      ...['BILLING_EVENTS_TOPIC_ARN', 'JWT_ACCESS_TOKEN_SECRET', 'LOG_LEVEL'],
    ].sort(),
  );
  for (const fault of found) {
    expect(fault).toMatch(/expected|set one|store|name a PostgreSQL/);
    expect(fault).not.toContain('hidden');
  }
});

test('an empty environment is told what is missing, and nothing else', () => {
  expect(faultsOf({})).toEqual([
    expect.stringMatching(
      /^neither DATABASE_URL nor DATABASE_SECRET_ARN is set; set .*postgresql:/,
    ),
    expect.stringMatching(/^none of STRIPE_WEBHOOK_SECRET, STRIPE_WEBHOOK_SECRET_ARN is set/),
    expect.stringMatching(
      /^none of JWT_ACCESS_TOKEN_SECRET, JWT_ACCESS_TOKEN_SECRET_ARN, JWT_JWKS/,
    ),
  ]);
});

describe('I10: test and live never mix', () => {
  test.each([
    ['test', 'sk_live_hidden'],
    ['test', 'rk_live_hidden'],
    ['test', ' sk_live_hidden\n'],
    ['test', '{"key": "sk_live_hidden"}'],
    ['live', 'sk_test_hidden'],
    ['live', 'rk_test_hidden'],
  ])('in %s mode the key %j is refused, and not shown', (STRIPE_MODE, STRIPE_SECRET_KEY) => {
    const other = STRIPE_MODE === 'test' ? 'live' : 'test';
    const [fault, ...more] = faultsOf({ ...live, STRIPE_MODE, STRIPE_SECRET_KEY });
    expect(fault).toContain(
      `STRIPE_SECRET_KEY is a ${other} key, but STRIPE_MODE is ${STRIPE_MODE}`,
    );
    expect(fault).not.toContain('hidden');
    expect(more).toEqual([]);
  });

  test('a placeholder is no fault: a fresh environment boots', () => {
    expect(read({ STRIPE_SECRET_KEY: 'generated-placeholder' }).stripeSecretKey.value).toBe(
      'generated-placeholder',
    );
  });

  test.each([
    ['not said', undefined],
    ['http', 'http://pay.example.com'],
    ['http on the own machine', 'http://localhost:8080'],
  ])('in live mode a PUBLIC_BASE_URL that is %s is refused', (_name, PUBLIC_BASE_URL) => {
    expect(faultsOf({ ...live, PUBLIC_BASE_URL })).toEqual([
      expect.stringMatching(/^PUBLIC_BASE_URL is http:.*live it must begin with https:\/\/$/),
    ]);
  });

  test('a PUBLIC_BASE_URL that is no URL is told once', () => {
    expect(faultsOf({ ...live, PUBLIC_BASE_URL: 'pay.example.com' })).toEqual([
      expect.stringMatching(/^PUBLIC_BASE_URL is not a URL; expected/),
    ]);
  });

  test('what live mode needs is enough', () => {
    expect(faultsOf(live)).toEqual([]);
  });
});
