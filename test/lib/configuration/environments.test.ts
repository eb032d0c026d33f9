import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentSchema } from '../../../lib/configuration/environment-file/schema';
import type { EnvironmentFile } from '../../../lib/configuration/load-environment';
import { environmentNames } from '../../../lib/configuration/load-environment';
import { faultsOf, propertiesOf, removeAssemblies, synthesise } from '../synthesis';

const directory = mkdtempSync(join(tmpdir(), 'tollgate-environments-'));

afterAll(() => {
  removeAssemblies();
  rmSync(directory, { recursive: true });
});

const base = {
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'pay.shop.test',
} satisfies EnvironmentFile;

interface Sentences {
  readonly description?: string;
  readonly expected?: string;
  readonly properties?: Readonly<Record<string, object & Sentences>>;
}

/** Flags for an environment file with this content. */
function environment(content: string | object, env = 'shop', ending = 'json') {
  const environmentFile = join(directory, `${env}.${ending}`);
  const text = typeof content === 'string' ? content : JSON.stringify({ env, ...content });
  writeFileSync(environmentFile, text);
  return { env, environmentFile };
}

/** The only fault of an environment that says this on top of the base. */
function faultOf(content: object, env?: string): string {
  const faults = faultsOf(environment({ ...base, ...content }, env));
  expect(faults).toHaveLength(1);
  return faults[0] ?? '';
}

describe('environment files', () => {
  test('I1: dev, staging and prod are there, and every environment can be synthesised', () => {
    expect(environmentNames()).toEqual(expect.arrayContaining(['dev', 'prod', 'staging']));
    for (const env of environmentNames()) expect(faultsOf({ env })).toEqual([]);
  });

  test('I1: while no account is configured, placeholders are warned of and synthesised', () => {
    const allowedOrigins = ['https://app.example.com'];
    const file = environment({ ...base, domainName: 'pay.example.com', allowedOrigins });
    expect(synthesise(file).report).toMatch(
      /WARNING: example\.com still stands in domainName, allowedOrigins;/,
    );
  });

  test('I1: a new environment is one file', () => {
    const { templates } = synthesise(environment(base));
    expect(templates.network.Outputs).toHaveProperty('NameServers');
  });

  test('every property has its sentence, down to the last', () => {
    const check = (name: string, schema: Sentences) => {
      const { description, expected, properties } = schema;
      const sentences = [expect.stringMatching(/\w+/), expect.stringMatching(/\w+/)];
      expect([name, description, expected]).toEqual([name, ...sentences]);
      for (const [key, below] of Object.entries(properties ?? {})) check(`${name}.${key}`, below);
    };
    const all: Sentences['properties'] = environmentSchema.properties;
    for (const [name, schema] of Object.entries(all ?? {})) check(name, schema);
  });

  test.each([
    [{ account: '12345' }, 'account is "12345"; expected 12 digits, as text'],
    [{ account: 123456789012 }, 'account is 123456789012; expected 12 digits, as text'],
    [{ nat: 'zonal' }, 'nat is "zonal"; expected one of single, perZone, regional, none'],
    [{ vpcCidr: '10.0.0.256/16' }, 'vpcCidr is "10.0.0.256/16"; expected a range from /16 to /20'],
    ...['0.0.0.0', '127.0.0.0', '169.254.0.0', '224.0.0.0', '255.0.0.0'].map(
      (first): [object, string] => [
        { vpcCidr: `${first}/16` },
        'of addresses that machines may have',
      ],
    ),
    [{ tasks: { minimum: 0 } }, 'tasks.minimum is 0; expected a whole number from 1 to 100'],
    [{ webhookPaths: ['/v1/hook'] }, 'webhookPaths.0 is "/v1/hook"; expected a path such as'],
    [{ webhookPaths: ['/health'] }, 'webhookPaths.0 is "/health"; expected a path such as'],
    [{ webhookPaths: ['/ready'] }, "none of the service's other paths"],
    [{ webhookPaths: ['/version'] }, "none of the service's other paths"],
    [{ webhookPaths: ['/openapi.json'] }, "none of the service's other paths"],
    [{ webhookPaths: ['/a/../v1'] }, 'without . and ..'],
    [{ webhookPaths: ['/a/.'] }, 'without . and ..'],
    [{ webhookPaths: [`/${'a'.repeat(128)}`] }, 'of at most 128 characters'],
    [{ allowedOrigins: ['https://App.test'] }, 'allowedOrigins.0 is "https://App.test"; expected'],
    [{ allowedOrigins: ['https://app.test/'] }, 'an origin in lower case, without a path'],
    [{ allowedOrigins: ['https://app.test:443'] }, 'a default port'],
    [{ allowedOrigins: ['http://app.test:80'] }, 'a default port'],
    [{ allowedOrigins: ['https://*.app.test'] }, 'or a *'],
    [{ jwtJwksUrl: 'http://id.test/keys' }, 'jwtJwksUrl is "http://id.test/keys"; expected a URL'],
    [{ jwtJwksUrl: 'https://id.test:8443/keys' }, 'names no port, as the tasks reach port 443'],
    [{ webhookPaths: [] }, 'webhookPaths is []; expected 1 to 4 different paths'],
    [
      { domainName: 'https://shop.test' },
      'domainName is "https://shop.test"; expected a domain name',
    ],
    [{ domainNmae: 'x' }, 'domainNmae is not known; did you mean domainName?'],
    [{ tasks: { minimun: 2 } }, 'tasks.minimun is not known; did you mean minimum?'],
    [{ image: 'latest' }, 'image is "latest"; expected a container image'],
    [{ domainName: `${'a.'.repeat(125)}test` }, 'expected a domain name in lower case'],
    [
      { domainName: `${'a'.repeat(56)}.shop.test` },
      '66 characters, and a certificate is made for 64',
    ],
    [{ database: { minimumCapacityUnits: 0.3 } }, 'from 0 to 256, in steps of 0.5'],
    [
      { region: 'us-esat-1', availabilityZones: ['us-esat-1a', 'us-esat-1b'] },
      'write us-east-1 if',
    ],
    [{ tasks: { minimum: 3, maximum: 2 } }, 'tasks.maximum is 2, below tasks.minimum, 3'],
    [{ tasks: { cpuUnits: 1024, memoryMiB: 1024 } }, 'gives 1024 CPU units from 2048 to 8192 MiB'],
    [
      { availabilityZones: ['us-east-1a', 'us-west-2a'] },
      'us-west-2a, which is not in region us-east-1',
    ],
    [
      { https: { hostedZone: { id: 'Z1', name: 'other.test' } } },
      'outside of https.hostedZone.name',
    ],
  ])('%j is a fault that says what was seen and what is allowed', (content, message) => {
    expect(faultOf(content)).toContain(message);
  });

  // Each would keep every task from starting, which is known here already.
  test.each([
    [{ currencies: ['usd', 'zzz'] }, 'currencies.1 is "zzz"; expected one of aed, '],
    [{ variables: { ADAPTERS: 'topup' } }, 'variables.ADAPTERS is "topup"; expected a text as'],
    [{ variables: { ADJUSTMENT_APPROVAL_ABOVE: 'usd' } }, 'expected a text as docs/config'],
    [
      { variables: { ADJUSTMENT_APPROVAL_ABOVE: 'usd:1, usd:2' } },
      'expected a text as docs/config',
    ],
    [{ webhookPaths: ['/billing/checkout-session'] }, "none of the service's other paths"],
    [
      { allowedOrigins: ['https://app.test:99999'] },
      'names https://app.test:99999, which no browser',
    ],
    [
      { publicBaseUrl: 'https://app.test:99999' },
      'publicBaseUrl is https://app.test:99999, which is no',
    ],
    [
      { jwtJwksUrl: 'https://999.1.1.1/keys' },
      'jwtJwksUrl is https://999.1.1.1/keys, which is no URL',
    ],
  ])('I17: %j, which the service refuses to start with, is a fault', (content, message) => {
    expect(faultOf(content)).toContain(message);
  });

  test.each([
    [{ variables: { ADAPTERS: 'topups, credits' } }],
    [{ variables: { ADJUSTMENT_APPROVAL_ABOVE: 'usd:10000, credits : 5000' } }],
    [{ domainName: 'pay.xn--p1ai' }],
    [
      {
        region: 'eusc-de-east-1',
        availabilityZones: ['eusc-de-east-1a', 'eusc-de-east-1b'],
        image: 'ghcr.io/shop/pay:1',
      },
    ],
    [
      {
        domainName: `${'a'.repeat(56)}.shop.test`,
        https: { certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/1' },
      },
    ],
  ])('%j is taken', (content) => {
    expect(faultsOf(environment({ ...base, ...content }))).toEqual([]);
  });

  test('I7, M1: a front end takes no path of a contract that the service speaks', () => {
    const frontEnd = { image: 'shop/app:1', paths: ['/api/credits/session/*'] };
    expect(faultsOf(environment({ ...base, frontEnd }))).toEqual([]);
    expect(faultOf({ frontEnd, variables: { ADAPTERS: 'credits' } })).toMatch(
      /frontEnd\.paths has \/api\/credits\/session\/\*, which takes \/api\/credits\/session\//,
    );
  });

  test('what is missing is named, each with what it should be', () => {
    expect(faultsOf(environment({}))).toEqual([
      expect.stringContaining('region is missing; expected a region such as us-east-1'),
      expect.stringContaining('availabilityZones is missing; expected 2 to 4 different zones'),
      expect.stringContaining('domainName is missing; expected a domain name'),
    ]);
  });

  test.each([
    ['{"region": ', /cannot be read: .*JSON/],
    ['[]', /the file is \[\]; expected an object/],
    ['"text"', /the file is "text"; expected an object/],
  ])('a file with %s is a named fault', (content, message) => {
    expect(faultsOf(environment(content))).toEqual([expect.stringMatching(message)]);
  });

  test('I1: a mark of byte order, which some editors put before JSON, is passed over', () => {
    expect(faultsOf(environment(`\uFEFF${JSON.stringify({ env: 'shop', ...base })}`))).toEqual([]);
  });

  test('I13: a property that is written twice is a fault, as a flag that is given twice', () => {
    const text = JSON.stringify({ env: 'shop', tasks: { maximum: 3 }, ...base });
    const file = environment(text.replace('}', ', "maxi\\u006dum" : 4}'));
    expect(faultsOf(file)).toEqual([
      `${file.environmentFile}: maximum is written twice; write it once`,
    ]);
    const apart = { tasks: { maximum: 3 }, frontEnd: { paths: ['/app', 'a:{"'], image: 'a/b:1' } };
    expect(faultOf(apart)).toMatch(/frontEnd\.paths\.1 is /);
  });

  test.each([
    [{ alarmEmails: ['a@b.test\u0000'] }, 'alarmEmails.0 has the character U+0000; take it out'],
    [{ cancelPath: '/gone\n' }, 'cancelPath has the character U+000A'],
    [{ variables: { JWT_USER_CLAIM: 'half \ud83d' } }, 'JWT_USER_CLAIM has the character U+D83D'],
  ])('I13: %j has what nobody sees, and no name has', (content, message) => {
    expect(faultOf(content)).toContain(message);
  });

  test.each([
    ['() => base', 'the file is a function; expected a text, a number, true, false, a list or'],
    ['Promise.resolve(base)', 'the file is a Promise; expected'],
    ['undefined', 'the file is undefined; expected an object'],
    ['{ ...base, tasks: () => ({ minimum: 2 }) }', 'tasks is a function; expected'],
    ['{ ...base, tasks: { minimum: 2n } }', 'tasks.minimum is a bigint; expected'],
    ['{ ...base, tasks: { minimum: Number("two") } }', 'tasks.minimum is NaN; expected'],
    ['{ ...base, tasks: new Date() }', 'tasks is a Date; expected'],
    ['{ ...base, alarmEmails: [Symbol("me")] }', 'alarmEmails.0 is a symbol; expected'],
    ['{ ...base, get tasks() { return this; } }', 'tasks is within itself; expected'],
    ['{ ...base, region: process.env.NOT_SET }', 'region is missing; expected a region'],
  ])('I13: a .ts file that says %s has a fault that names the place', (said, message) => {
    const file = `const base = ${JSON.stringify({ env: 'shop', ...base })};\nexport default ${said};`;
    // A module is read once by its path.
    const name = `shop-${message.replace(/\W.*/, '')}-${said.length}`;
    expect(faultsOf({ ...environment(file, name, 'ts'), env: 'shop' })).toEqual([
      expect.stringContaining(message),
    ]);
  });

  test('I6: a property that is undefined is one that nobody wrote', () => {
    const more =
      '{ vpcCidr: "10.1.0.0/16", vpc: undefined, secrets: { stripeSecretKeyArn: undefined } }';
    const file = `export default { env: 'unset', ...${JSON.stringify(base)}, ...${more} };`;
    expect(faultsOf(environment(file, 'unset', 'ts'))).toEqual([]);
  });

  test('an unknown environment is a fault that names the nearest and all', () => {
    expect(faultsOf({ env: 'stagging' })).toEqual([
      expect.stringMatching(/env is stagging.*did you mean staging\?/),
    ]);
    expect(faultsOf({ env: 'stagging' })[0]).toContain(
      `Known are ${environmentNames().join(', ')};`,
    );
    expect(faultsOf({ env: 'schema' })).toEqual([expect.stringMatching(/env is schema/)]);
  });

  test('no environment is a fault that names all', () => {
    expect(faultsOf({})).toEqual([
      expect.stringContaining(`give one of ${environmentNames().join(', ')}`),
    ]);
  });

  test('a file that does not exist is a named fault', () => {
    expect(faultsOf({ env: 'shop', environmentFile: 'no/such.json' })).toEqual([
      expect.stringMatching(/no\/such\.json does not exist/),
    ]);
  });
});

describe('I10: environments never mix', () => {
  test('I10: live money moves in production and nowhere else', () => {
    expect(faultOf({ stripeMode: 'live' })).toMatch(/set stripeMode to test/);
    expect(faultOf({ production: true })).toMatch(/set stripeMode to live/);
    expect(faultOf({ production: true, stripeMode: 'live' }, 'staging')).toMatch(
      /production is true; expected false/,
    );
    expect(faultOf({}, 'prod')).toMatch(/production is false; expected true/);
  });

  test('I10: production before its launch runs in test mode, and says so loudly', () => {
    const early = environment({ ...base, production: true, beforeLaunch: true });
    expect(faultsOf(early)).toEqual([]);
    expect(synthesise(early).report).toMatch(/WARNING: beforeLaunch is true: .* takes test cards/);
    const live = { production: true, beforeLaunch: true, stripeMode: 'live' };
    expect(faultOf(live)).toMatch(/before its launch; .*set stripeMode to test/);
    expect(faultOf({ beforeLaunch: true })).toMatch(/beforeLaunch is true and production is false/);
  });

  test('I10, I15: a destination of the other of Stripe’s modes is refused', () => {
    const source = (name: string) => ({ stripeEventSource: `aws.partner/stripe.com/${name}` });
    const live = { production: true, stripeMode: 'live' };
    expect(faultOf({ ...live, ...source('ed_test_61abc') })).toMatch(
      /stripeEventSource is .*ed_test_61abc, a destination of Stripe's test mode, and stripeMode is live; name/,
    );
    expect(faultOf(source('ed_61abc'))).toMatch(/of Stripe's live mode, and stripeMode is test/);
    expect(faultsOf(environment({ ...base, ...live, ...source('ed_61abc') }))).toEqual([]);
  });

  test('I10: pages that come without TLS may call where no real money moves, and not in production', () => {
    const allowedOrigins = ['https://app.shop.test', 'http://localhost:3000'];
    expect(faultsOf(environment({ ...base, allowedOrigins }))).toEqual([]);
    expect(faultOf({ production: true, stripeMode: 'live', allowedOrigins })).toMatch(
      /allowedOrigins names http:\/\/localhost:3000 in production.*begin with https:/,
    );
  });

  test('I10: credentials of another account are refused before anything is deployed', () => {
    const flags = environment({ ...base, account: '111111111111' });
    expect(faultsOf(flags, { accountAtHand: '222222222222' })).toEqual([
      expect.stringMatching(/lives in account 111111111111.*of 222222222222/),
    ]);
    expect(faultsOf(flags, { accountAtHand: '111111111111' })).toEqual([]);
    expect(faultsOf(flags)).toEqual([]);
  });

  test('I10: a file is of one environment, says which, and is refused for another', () => {
    const { environmentFile } = environment({ ...base, env: 'shop' });
    expect(faultsOf({ env: 'shop', environmentFile })).toEqual([]);
    expect(faultsOf({ env: 'market', environmentFile })).toEqual([
      `${environmentFile} is of environment shop, but env is market; give -c env=shop, or the file ` +
        'of market',
    ]);
    const nameless = environment(JSON.stringify(base), 'nameless');
    expect(faultsOf(nameless)).toEqual([
      `${nameless.environmentFile} does not say which environment it is of; write env: "nameless" ` +
        'into it if it is of nameless',
    ]);
  });

  test('I10: a placeholder is one wherever it stands', () => {
    const hosts = ['app.example.com'];
    const frontEnd = { hosts, image: 'shop/app:1' };
    const https = { hostedZone: { id: 'Z1', name: 'example.com' } };
    const content = { account: '111111111111', domainName: 'pay.example.com', https, frontEnd };
    expect(faultOf(content)).toMatch(/example\.com still stands in domainName, https, frontEnd;/);
    expect(faultsOf(environment({ ...base, alarmEmails: ['me@counterexample.com'] }))).toEqual([]);
  });

  test('I10: placeholders are refused once an account is configured', () => {
    expect(faultOf({ account: '111111111111', domainName: 'pay.example.com' })).toMatch(
      /example\.com still stands in domainName;/,
    );
  });

  test('I6, I10: what is adopted must be of the environment’s own region and account', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:key-AbC123';
    expect(faultOf({ secrets: { stripeSecretKeyArn: arn } })).toMatch(
      /of account 111111111111, region eu-west-1/,
    );
  });

  test.each([
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:shop-prod-stripe-secret-key',
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:shop-prod-stripe-webhook-secret',
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:shop-prod-jwt-access-token-secret',
  ])('I6: the partial ARN %s is refused with the reason', (arn) => {
    expect(faultOf({ secrets: { stripeWebhookSecretArn: arn } })).toMatch(
      /partial: it lacks the hyphen and six/,
    );
  });

  test('I6: an adopted secret is injected and readable, and not created', () => {
    const { templates } = synthesise({
      env: 'adopting',
      environmentFile: join(__dirname, '../environments/adopting.json'),
      enableRoute53: 'false',
    });
    const task = propertiesOf<{ ContainerDefinitions: readonly { Secrets: readonly object[] }[] }>(
      templates.service,
      'AWS::ECS::TaskDefinition',
    );
    expect(task.ContainerDefinitions[0]?.Secrets[0]).toEqual({
      Name: 'STRIPE_SECRET_KEY',
      ValueFrom: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-stripe-AbC123',
    });
  });
});
