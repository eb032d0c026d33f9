import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { defaultWebhookPath } from '../../service/contract';
import { type Faults, nearest } from '../faults';
import { imageExpected, imagePattern } from '../flags';

/** A text of a given form; `expected` completes "expected …" in the message about a wrong one. */
const text = (description: string, expected: string, pattern: RegExp, rest = {}) =>
  Type.String({ description, expected, pattern: pattern.source, ...rest });
const integer = (description: string, minimum: number, maximum: number, byDefault: number) =>
  Type.Integer({
    description,
    expected: `a whole number from ${minimum} to ${maximum}`,
    minimum,
    maximum,
    default: byDefault,
  });
const boolean = (description: string, byDefault: boolean) =>
  Type.Boolean({ description, expected: 'true or false', default: byDefault });
const oneOf = <const Values extends (string | number)[]>(
  description: string,
  values: readonly [...Values],
  rest = {},
) => Type.Enum(values, { description, expected: `one of ${values.join(', ')}`, ...rest });
const group = <Properties extends Record<string, TSchema>>(
  description: string,
  properties: Properties,
) =>
  Type.Object(properties, {
    description,
    expected: `an object with ${Object.keys(properties).join(', ')}`,
    additionalProperties: false,
    default: {},
  });

const hostName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;
const secretArn = (what: string) =>
  Type.Optional(
    text(
      `The complete ARN of an existing secret with ${what}, to adopt instead of creating one.`,
      'the complete ARN of a secret, arn:aws:secretsmanager:region:account:secret:name-6random',
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/,
    ),
  );

const https = group('The steps to HTTPS, in their order; the flags of the same names override.', {
  enableRoute53: boolean(
    'Create or adopt the public hosted zone, and the alias record in it.',
    true,
  ),
  dnsDelegated: boolean("Whether the parent domain names the zone's name servers already.", false),
  enableAcm: boolean('Create or adopt the certificate, and the HTTPS listener.', false),
  waitForCertificateValidation: boolean(
    'Whether a deploy may wait for the validation of the certificate.',
    true,
  ),
  certificateArn: Type.Optional(
    text(
      'The ARN of an issued certificate for the domain, to adopt instead of creating one.',
      'the ARN of a certificate, arn:aws:acm:region:account:certificate/id',
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    ),
  ),
  hostedZone: Type.Optional(
    Type.Object(
      {
        id: text(
          'Its id.',
          'the id of a hosted zone, such as Z0123456789ABCDEFGHIJ',
          /^Z[A-Z0-9]{1,31}$/,
        ),
        name: text('Its name: the domain, or a parent of it.', 'a domain name', hostName),
      },
      {
        description: 'An existing public hosted zone, to adopt instead of creating one.',
        expected: 'an object with id and name',
        additionalProperties: false,
      },
    ),
  ),
});

const tasks = group('The Fargate tasks that run the service.', {
  cpuUnits: oneOf('1,024 units are one vCPU.', [256, 512, 1024, 2048, 4096], { default: 512 }),
  memoryMiB: integer(
    'Memory of one task, in MiB, as Fargate allows for the CPU.',
    512,
    30_720,
    1024,
  ),
  minimum: integer('Never fewer tasks than this.', 1, 100, 1),
  maximum: integer('Never more tasks than this.', 1, 100, 4),
});

const database = group('The Aurora PostgreSQL Serverless v2 cluster.', {
  minimumCapacityUnits: Type.Number({
    description:
      'Aurora capacity units (2 GiB each) that are always there; 0 lets it pause while no task runs.',
    expected: 'a number from 0 to 256',
    minimum: 0,
    maximum: 256,
    default: 0.5,
  }),
  maximumCapacityUnits: integer('Aurora capacity units that it may grow to.', 1, 256, 4),
  readers: integer('Readers in other zones, which stand in when the writer fails.', 0, 15, 0),
  backupRetentionDays: integer('For how long any second can be restored.', 1, 35, 7),
});

/** What an environment file says. Every property has its sentence; an optional one its default. */
export const environmentSchema = Type.Object(
  {
    project: text(
      'The project name: the first part of the names of all stacks and secrets.',
      'lower-case letters, digits and hyphens, a letter first, at most 21 of them',
      /^[a-z][a-z0-9-]{0,20}$/,
      { default: 'tollgate' },
    ),
    production: boolean('Whether real money moves here: live keys, everything retained.', false),
    account: Type.Optional(
      text(
        'The AWS account that this environment lives in, and no other.',
        '12 digits, as text',
        /^\d{12}$/,
      ),
    ),
    region: text('The AWS region.', 'a region such as us-east-1', /^[a-z]{2}(-[a-z]+)+-\d$/),
    availabilityZones: Type.Array(
      text('An availability zone.', 'a zone such as us-east-1a', /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/),
      {
        description: 'The zones to use, by name, so that synth need not ask an account for them.',
        expected: '2 to 4 different zones',
        minItems: 2,
        maxItems: 4,
        uniqueItems: true,
      },
    ),
    vpcCidr: text(
      'The addresses of the VPC.',
      'a range from /16 to /20, such as 10.0.0.0/16',
      /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|20)$/,
      {
        default: '10.0.0.0/16',
      },
    ),
    nat: oneOf('NAT gateways: one for all zones, or one in each.', ['single', 'perZone'], {
      default: 'single',
    }),
    domainName: text('The host name of the service.', 'a domain name in lower case', hostName),
    https,
    stripeMode: oneOf(
      'Which of Stripe’s modes the keys must be of; live in production only.',
      ['test', 'live'],
      {
        default: 'test',
      },
    ),
    currencies: Type.Array(text('A currency.', 'a three-letter code in lower case', /^[a-z]{3}$/), {
      description: 'The currencies that top-ups may be in; the first is the usual one.',
      expected: 'one or more currencies',
      minItems: 1,
      uniqueItems: true,
      default: ['usd'],
    }),
    allowedOrigins: Type.Array(
      text(
        'An origin.',
        'an origin in lower case, without a path, a default port or a *, such as ' +
          'https://app.example.com',
        /^(?!https:.*:443$)(?!http:.*:80$)https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9]\d{0,4})?$/,
      ),
      {
        description:
          'Whose pages may call, and where buyers may be sent, besides the domain itself.',
        expected: 'a list of origins',
        uniqueItems: true,
        default: [],
      },
    ),
    webhookPaths: Type.Array(
      text(
        'A path.',
        'a path such as /webhooks/stripe of at most 128 characters, outside of /v1, without . and .. ' +
          "and none of the service's other paths",
        /^(?!\/v1(\/|$)|\/(health|ready|version|openapi\.json)$)(?!.*\/\.\.?(\/|$))(\/[A-Za-z0-9._~-]+)+$/,
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
        { maxLength: 128 },
      ),
      {
        description: 'Where Stripe delivers; a path that an earlier system used can stand beside.',
        // A rule of the load balancer takes five values, and the health path is one of them.
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
        expected: '1 to 4 different paths',
        minItems: 1,
        maxItems: 4,
        uniqueItems: true,
        default: [defaultWebhookPath],
      },
    ),
    jwtJwksUrl: Type.Optional(
      text(
        'Where the keys of the issuer of bearer tokens are, instead of a shared secret.',
        'a URL that begins with https:// and names no port, as the tasks reach port 443 alone',
        /^https:\/\/[A-Za-z0-9.-]+([/?]\S*)?$/,
      ),
    ),
    logLevel: oneOf('What the service logs.', ['trace', 'debug', 'info', 'warn', 'error'], {
      default: 'info',
    }),
    logRetentionDays: oneOf('For how long.', [7, 14, 30, 60, 90, 180, 365, 731], { default: 90 }),
    alarmEmails: Type.Array(
      text('An address.', 'an e-mail address', /^[^@\s]+@[^@\s]+\.[^@\s]+$/),
      {
        description: 'Who is mailed when an alarm goes off; each address must confirm once.',
        expected: 'a list of e-mail addresses',
        uniqueItems: true,
        default: [],
      },
    ),
    image: Type.Optional(
      text(
        'The container image, pinned, instead of one built from service/Dockerfile.',
        imageExpected,
        imagePattern,
      ),
    ),
    secrets: group('Existing secrets to adopt; those not named are created.', {
      stripeSecretKeyArn: secretArn("Stripe's secret or restricted key"),
      stripeWebhookSecretArn: secretArn("the webhook's signing secret"),
      jwtAccessTokenSecretArn: secretArn('the key that bearer tokens are signed with'),
    }),
    tasks,
    database,
  },
  { additionalProperties: false, expected: 'an object' },
);

/** An environment, complete: defaults filled in. */
export type Environment = Static<typeof environmentSchema>;

/** Fills in the defaults and checks every property; each wrong one is a fault that names it. */
export function parseEnvironment(
  source: string,
  written: unknown,
  faults: Faults,
): Environment | undefined {
  const environment = Value.Default(environmentSchema, structuredClone(written));
  if (Value.Check(environmentSchema, environment)) return environment;
  for (const error of Value.Errors(environmentSchema, environment)) {
    // An undeclared property is reported twice; the report at its parent names it.
    if (error.keyword === 'boolean') continue;
    for (const fault of wordsFor(error, environment)) faults.add(`${source}: ${fault}`);
  }
  return undefined;
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

function wordsFor(error: SchemaError, environment: unknown): readonly string[] {
  const schema = Value.Pointer.Get(environmentSchema, error.schemaPath.slice(1)) as {
    readonly expected?: string;
    readonly properties?: Readonly<Record<string, { readonly expected?: string }>>;
  };
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  const known = Object.keys(schema.properties ?? {});
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map(
      (key) => `${below(key)} is missing; expected ${schema.properties?.[key]?.expected}`,
    );
  }
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map(
      (key) => `${below(key)} is not known; did you mean ${nearest(key, known)}?`,
    );
  }
  const seen = JSON.stringify(Value.Pointer.Get(environment, error.instancePath));
  return [`${path || 'the file'} is ${seen}; expected ${schema.expected}`];
}
