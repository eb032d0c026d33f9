import { switchValues } from '../../service/contract';
import { type Faults, nearest } from './faults';

/** One context flag: what `-c name=value` may say. */
interface Flag<Value> {
  /** What the flag does, for the person who types it. */
  readonly sentence: string;
  /** What holds while the flag is not given. */
  readonly default: string;
  /** What a value may be, completing "expected …". */
  readonly expected: string;
  /** The value as its type, or `undefined` when it is not of that type. */
  readonly read: (seen: unknown) => Value | undefined;
}

type Words = Pick<Flag<unknown>, 'sentence' | 'default'>;

/** The command line gives every value as text, cdk.json may give true booleans. */
const boolean = (words: Words): Flag<boolean> => ({
  ...words,
  expected: 'true or false',
  read: (seen) =>
    seen === true || seen === 'true'
      ? true
      : seen === false || seen === 'false'
        ? false
        : undefined,
});

const text = (words: Words, expected: string, pattern: RegExp): Flag<string> => ({
  ...words,
  expected,
  read: (seen) => (typeof seen === 'string' && pattern.test(seen) ? seen : undefined),
});

const instant = (words: Words): Flag<Date> => ({
  ...words,
  expected:
    'a date such as 2026-12-31 (to the end of that day, UTC) or an instant such as 2026-12-31T18:00Z',
  read: readInstant,
});

const oneOf = <const Value extends string>(
  words: Words,
  values: readonly Value[],
): Flag<Value> => ({
  ...words,
  expected: values.join(' or '),
  read: (seen) => values.find((value) => value === seen),
});

const count = (words: Words, most: number): Flag<number> => ({
  ...words,
  expected: `a whole number from 0 to ${most}`,
  read: (seen) => {
    const value = /^\d{1,9}$/.test(String(seen)) ? Number(seen) : Number.NaN;
    return value <= most ? value : undefined;
  },
});

/** Node.js would roll 2026-02-30 over to March, hence the comparison with what was written. */
function readInstant(seen: unknown): Date | undefined {
  if (typeof seen !== 'string') return undefined;
  const written = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2})?Z)?$/.exec(seen);
  if (written === null) return undefined;
  const date = new Date(written[2] === undefined ? `${seen}T23:59:59Z` : seen);
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${written[1]}`);
  return exists ? date : undefined;
}

/** What an image may be called: a repository with a digest or, less surely the same twice, a tag. */
export const imagePattern = /^[a-z0-9][a-z0-9._/:-]*(@sha256:[0-9a-f]{64}|:[\w][\w.-]{0,127})$/;
export const imageExpected =
  'a container image such as registry/name@sha256:<64 hex digits>, or name:tag';

/** What a project may be called: the first part of the names of all stacks and secrets. */
export const projectPattern = /^[a-z][a-z0-9-]{0,20}$/;
export const projectExpected =
  'a project name: lower-case letters, digits and hyphens, a letter first, at most 21 of them';

/** What an environment may be called; stack and secret names are made of it. */
export const environmentNamePattern = /^[a-z][a-z0-9-]{0,15}$/;

/**
 * Every context flag, said once. A flag that the environment file has a property for overrides it
 * for one run of the CDK.
 */
export const flagTable = {
  env: text(
    { sentence: 'The environment to build.', default: 'none: it must be given' },
    'the name of an environment, such as dev, staging or prod',
    environmentNamePattern,
  ),
  environmentFile: text(
    {
      sentence: 'A .json or .ts file with the environment, when it is not one of lib/environments.',
      default: 'lib/environments/<env>.ts',
    },
    'the path of a .json or .ts file',
    /\.(json|ts)$/,
  ),
  project: text(
    {
      sentence:
        'The project name, for a workflow that has it from a variable. The environment file must not ' +
        'name another.',
      default: 'project of the environment file',
    },
    projectExpected,
    projectPattern,
  ),
  forceHttpForwarding: boolean({
    sentence:
      'Emergency: port 80 forwards the webhook and health paths to the service without TLS; ' +
      'everything else is still redirected.',
    default: 'false: port 80 redirects everything to port 443',
  }),
  forceHttpForwardingUntil: instant({
    sentence: 'The end of forceHttpForwarding: from then on synth refuses it.',
    default: 'no expiry',
  }),
  enableRoute53: boolean({
    sentence: 'The public hosted zone (created, or adopted) and the alias record of the domain.',
    default: 'https.enableRoute53 of the environment file',
  }),
  dnsDelegated: boolean({
    sentence: "You say that the parent domain names the zone's name servers.",
    default: 'https.dnsDelegated of the environment file',
  }),
  enableAcm: boolean({
    sentence: 'The certificate and the HTTPS listener that presents it.',
    default: 'https.enableAcm of the environment file',
  }),
  waitForCertificateValidation: boolean({
    sentence:
      'Whether this deploy may wait for the validation of the certificate; false leaves the ' +
      'certificate and the HTTPS listener to a later deploy.',
    default: 'https.waitForCertificateValidation of the environment file',
  }),
  image: text(
    {
      sentence: 'The container image to run, pinned; a rollback names the previous digest.',
      default: 'image of the environment file, else built from service/Dockerfile',
    },
    imageExpected,
    imagePattern,
  ),
  secretsVersion: oneOf(
    {
      sentence:
        'Which version of its secrets the service prefers; previous undoes a value stored by mistake.',
      default: 'current',
    },
    switchValues.secretsVersion,
  ),
  checkout: oneOf(
    {
      sentence:
        'Whether anything is sold; off answers new checkouts with 503, and nothing else changes.',
      default: 'on',
    },
    switchValues.checkout,
  ),
  processing: oneOf(
    {
      sentence:
        'Whether events are handled; paused records them, to be handled once it is on again.',
      default: 'on',
    },
    switchValues.processing,
  ),
  maintenance: oneOf(
    {
      sentence:
        'Closed for maintenance: the load balancer answers 503 to all except health and webhooks.',
      default: 'off',
    },
    ['off', 'on'],
  ),
  desiredCount: count(
    {
      sentence:
        'How many tasks run: autoscaling is held at this number, down and up, until a deploy ' +
        'without the flag.',
      default: 'tasks.minimum to tasks.maximum of the environment file, as the load asks',
    },
    100,
  ),
  canaryTargetGroup: oneOf(
    {
      sentence:
        "Under deployment: 'canary', the target group that has the requests now, to which the rules " +
        'of forceHttpForwarding and maintenance must forward.',
      default: 'none: it must be given with either of them, under a canary',
    },
    ['primary', 'alternate'],
  ),
  stripeIpsOnly: boolean({
    sentence: 'The webhook paths accept requests only from the addresses that Stripe publishes.',
    default: 'false: the signature alone decides',
  }),
} as const;

export type FlagName = keyof typeof flagTable;
/** The flags that were given; one that was not is `undefined`. */
export type Flags = {
  readonly [Name in FlagName]: ReturnType<(typeof flagTable)[Name]['read']>;
};

export const flagNames = Object.keys(flagTable) as FlagName[];

/**
 * Context keys that the CDK itself writes: its settings and feature flags, and the answers of its
 * account look-ups, which `cdk.context.json` keeps.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
const keysOfCdk =
  /^(@aws-cdk|aws:|aws-cdk:|cli-telemetry$|acknowledged-issue-numbers$|(availability-zones|vpc-provider|hosted-zone|ami|ssm|load-balancer|load-balancer-listener|security-group|key-provider|endpoint-service-availability-zones|cc-api-provider|plugin):)/;

/** Reads the flags out of the app's context; what is undeclared or not of its type is a fault. */
export function readFlags(context: Readonly<Record<string, unknown>>, faults: Faults): Flags {
  for (const key of Object.keys(context)) {
    if (Object.hasOwn(flagTable, key) || keysOfCdk.test(key)) continue;
    faults.add(
      `context flag ${key} is not known; did you mean ${nearest(key, flagNames)}? ` +
        `Known flags: ${flagNames.join(', ')}`,
    );
  }
  const given = flagNames.map((name) => [name, readFlag(name, context[name], faults)]);
  return Object.fromEntries(given) as Flags;
}

function readFlag(name: FlagName, seen: unknown, faults: Faults): unknown {
  if (seen === undefined) return undefined;
  const { read, expected } = flagTable[name];
  const value = read(seen);
  if (value === undefined) {
    faults.add(`context flag ${name} is ${JSON.stringify(seen)}; expected ${expected}`);
  }
  return value;
}
