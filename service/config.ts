import { isIP } from 'node:net';
import {
  adapterNames,
  adapterPaths,
  apiPrefix,
  defaultCatalogueFile,
  defaultWebhookPath,
  deployerVariables,
  environmentVariables as names,
  openPaths,
  pagePathPattern,
  servicePort,
  switchValues,
} from './contract';
import { EnvironmentReader, type SecretSource } from './environment-reader';
import { type FixHints, problemCodes } from './errors';
import { supportedCurrencies } from './ledger/money';

export { ConfigError, type SecretSource } from './environment-reader';

export type StripeMode = 'test' | 'live';

/** All that the service is told from outside, checked. */
export interface Config {
  /** The address that it listens on: one of this machine's, or a name of it. */
  readonly host: string;
  readonly port: number;
  readonly database: { readonly url: string } | { readonly secretArn: string };
  readonly databasePoolMax: number;
  /** Whether the database pauses when nobody asks it, and so is asked only while there is work. */
  readonly databaseMayPause: boolean;
  readonly stripeSecretKey: SecretSource;
  readonly stripeWebhookSecret: SecretSource;
  readonly stripeApiBase: URL;
  readonly stripeMode: StripeMode;
  /** What top-ups may be in, lower case; the first is the usual one. */
  readonly currencies: readonly string[];
  readonly jwtAccessTokenSecret: SecretSource;
  readonly jwtJwksUrl: URL | undefined;
  readonly publicBaseUrl: URL;
  /** The pages that buyers return to, where their checkout names none. */
  readonly successPath: string;
  readonly cancelPath: string;
  /** Where a buyer may be sent, and whose pages may call; PUBLIC_BASE_URL's own origin included. */
  readonly allowedOrigins: readonly string[];
  readonly webhookPaths: readonly string[];
  readonly billingEventsTopicArn: string | undefined;
  /** Stripe's events also come in by this queue, if there is one. */
  readonly eventQueue: { readonly url: string; readonly deadLetterQueueUrl: string } | undefined;
  /** A path, from the folder that the process was started in. */
  readonly catalogueFile: string;
  /** An object of S3 or a parameter, which takes the place of the file and is read again and again. */
  readonly catalogueArn: string | undefined;
  /** Contracts of other systems that are spoken as well. */
  readonly adapters: readonly (typeof adapterNames)[number][];
  /** The switches of `switchValues`. */
  readonly checkout: 'on' | 'off';
  readonly processing: 'on' | 'paused';
  readonly foreignSessions: 'ignore' | 'credit';
  /** Where such sessions name their user: keys of metadata, client_reference_id, customer. */
  readonly foreignUserKeys: readonly string[];
  readonly secretsVersion: 'current' | 'previous';
  /** The dimension of the metrics: project and environment, such as tollgate-prod. */
  readonly environmentName: string;
  /** By unit, in minor units: above it, adjustments wait for a second person. */
  readonly adjustmentLimits: ReadonlyMap<string, bigint>;
  /** What a token's `iss` and `aud` must be, where they are given; `aud` one of these. */
  readonly jwtIssuer: string | undefined;
  readonly jwtAudiences: readonly string[] | undefined;
  /** The claims that may name a token's user, the first that is there. */
  readonly jwtUserClaims: readonly string[];
  /** What whoever runs the service adds to the fix of a problem: how to do it where they run it. */
  readonly fixHints: FixHints;
  readonly logLevel: string;
  /** What is not wrong but should be known, without any secret. */
  readonly remarks: readonly string[];
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Reads the configuration from environment variables (their names are in `contract.ts`).
 * @throws ConfigError with all faults at once
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = new EnvironmentReader(environment);
  const stripeMode = read.oneOf(names.stripeMode, ['test', 'live'] as const, 'test');
  const port = read.integer(names.port, servicePort, 0, 65_535);
  const publicBaseUrl = readPublicBaseUrl(read, port, stripeMode);
  const config: Config = {
    host: readHost(read),
    port,
    database: readDatabase(read),
    databasePoolMax: read.integer(names.databasePoolMax, 10, 1, 100),
    databaseMayPause:
      read.oneOf(names.databaseMayPause, ['false', 'true'] as const, 'false') === 'true',
    stripeSecretKey: readStripeSecretKey(read, stripeMode),
    stripeWebhookSecret: read.secret(names.stripeWebhookSecret, names.stripeWebhookSecretArn),
    stripeApiBase: read.url(names.stripeApiBase, 'https://api.stripe.com'),
    stripeMode,
    currencies: readCurrencies(read),
    jwtAccessTokenSecret: read.secret(names.jwtAccessTokenSecret, names.jwtAccessTokenSecretArn),
    jwtJwksUrl: read.text(names.jwtJwksUrl) ? read.url(names.jwtJwksUrl, '') : undefined,
    publicBaseUrl,
    successPath: readPage(read, names.successPath),
    cancelPath: readPage(read, names.cancelPath),
    allowedOrigins: readOrigins(read, publicBaseUrl, stripeMode),
    webhookPaths: readWebhookPaths(read),
    billingEventsTopicArn: read.arn(names.billingEventsTopicArn, 'sns'),
    eventQueue: readEventQueue(read),
    catalogueFile: read.text(names.catalogueFile) ?? defaultCatalogueFile,
    catalogueArn: read.matching(
      names.catalogueArn,
      (text) => catalogueArns.test(text),
      'that of an object, arn:aws:s3:::BUCKET/KEY, or of a parameter, ' +
        'arn:aws:ssm:REGION:ACCOUNT:parameter/NAME',
    ),
    adapters: readAdapters(read),
    checkout: read.oneOf(names.checkout, switchValues.checkout, 'on'),
    processing: read.oneOf(names.processing, switchValues.processing, 'on'),
    foreignSessions: read.oneOf(names.foreignSessions, switchValues.foreignSessions, 'ignore'),
    foreignUserKeys: read.list(names.foreignUserKeys, ['tollgate_user_id']),
    secretsVersion: read.oneOf(names.secretsVersion, switchValues.secretsVersion, 'current'),
    environmentName: read.text(names.environmentName) ?? 'local',
    adjustmentLimits: read.amounts(names.adjustmentApprovalAbove),
    jwtIssuer: read.text(names.jwtIssuer),
    jwtAudiences: read.text(names.jwtAudience) ? read.list(names.jwtAudience, []) : undefined,
    jwtUserClaims: read.list(names.jwtUserClaim, ['sub']),
    fixHints: read.texts(names.fixHints, problemCodes),
    logLevel: read.oneOf(names.logLevel, logLevels, 'info'),
    remarks: read.remarks,
  };
  read.requireOne(names.stripeWebhookSecret, names.stripeWebhookSecretArn);
  read.requireOne(names.jwtAccessTokenSecret, names.jwtAccessTokenSecretArn, names.jwtJwksUrl);
  remarkOnWeakSecret(read, config.jwtAccessTokenSecret.value);
  remarkOnStripeSecrets(read, config.stripeSecretKey.value, config.stripeWebhookSecret.value);
  read.throwFaults();
  return config;
}

/** This machine alone, unless it is told otherwise: the image of the container says 0.0.0.0. */
function readHost(read: EnvironmentReader): string {
  const host = read.matching(
    names.host,
    (text) => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text),
    'an address to listen on without a port, such as 127.0.0.1 for this machine alone, or 0.0.0.0 ' +
      'for all of its interfaces',
  );
  return host ?? '127.0.0.1';
}

/** RFC 7518, section 3.2: the key of HS256 has 256 bits or more. */
function remarkOnWeakSecret(read: EnvironmentReader, secret: string | undefined): void {
  const bytes = Buffer.byteLength(secret ?? '');
  if (secret === undefined || bytes >= 32) return;
  read.remarks.push(
    `${names.jwtAccessTokenSecret} has ${bytes} bytes; use 32 or more, or it can be guessed`,
  );
}

/** Paths are put behind it, so that it must end where they begin. */
function readPublicBaseUrl(read: EnvironmentReader, port: number, mode: StripeMode): URL {
  const url = read.url(names.publicBaseUrl, `http://localhost:${port}`);
  if (mode === 'live' && url.protocol !== 'https:') {
    read.fault(
      `${names.publicBaseUrl} is ${url.origin}, but with ${names.stripeMode}=live it must ` +
        'begin with https://',
    );
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '') {
    read.fault(
      `${names.publicBaseUrl} has a user, a query or a fragment; expected a URL such as ` +
        'https://billing.example.com, with a path at most',
    );
  }
  return url;
}

/** Ours is put behind it as a query, so that it may have none. */
function readPage(read: EnvironmentReader, name: string): string {
  const path = read.text(name) ?? '/';
  if (!new RegExp(pagePathPattern).test(path)) {
    read.fault(`${name} is ${path}; expected a path of letters, digits and -._~/, such as /paid`);
  }
  return path;
}

function readDatabase(read: EnvironmentReader): Config['database'] {
  const url = read.text(names.databaseUrl);
  const secretArn = read.arn(names.databaseSecretArn, 'secretsmanager');
  if (url !== undefined && secretArn !== undefined) {
    read.fault(`${names.databaseUrl} and ${names.databaseSecretArn} are both set; keep one`);
  }
  if (secretArn !== undefined) return { secretArn };
  if (url === undefined) {
    read.fault(
      `neither ${names.databaseUrl} nor ${names.databaseSecretArn} is set; set the first to ` +
        'postgresql://user:password@host:5432/database',
    );
  } else if (!/^postgres(ql)?:\/\//.test(url)) {
    read.fault(
      `${names.databaseUrl} does not begin with postgresql://; name a PostgreSQL database`,
    );
  }
  return { url: url ?? '' };
}

/** An absent key is no fault: a fresh environment boots, and checkout says what is missing. */
function readStripeSecretKey(read: EnvironmentReader, mode: StripeMode): SecretSource {
  const source = read.secret(names.stripeSecretKey, names.stripeSecretKeyArn);
  const fault = source.value === undefined ? undefined : stripeModeFault(source.value, mode);
  if (fault !== undefined) read.fault(fault);
  return source;
}

/** Says so when a Stripe key is of the other mode; keys of no known form are not configured yet. */
export function stripeModeFault(key: string, mode: StripeMode): string | undefined {
  const keyMode = /^[sr]k_(test|live)_/.exec(key)?.[1];
  if (keyMode === undefined || keyMode === mode) return undefined;
  return (
    `${names.stripeSecretKey} is a ${keyMode} key, but ${names.stripeMode} is ${mode}; store a ` +
    `${mode} key, or change ${names.stripeMode} if this environment is to move ${keyMode} money`
  );
}

/** What is stored by mistake, or not yet, is no reason not to start, but one to say so. */
function remarkOnStripeSecrets(
  read: EnvironmentReader,
  secretKey?: string,
  webhookSecret?: string,
): void {
  if (secretKey !== undefined && !/^[sr]k_/.test(secretKey)) {
    read.remarks.push(
      `${names.stripeSecretKey} begins with neither sk_ nor rk_, so that it counts as not ` +
        'configured; a publishable key (pk_) or a webhook secret (whsec_) does not do',
    );
  }
  if (webhookSecret !== undefined && !webhookSecret.startsWith('whsec_')) {
    read.remarks.push(
      `${names.stripeWebhookSecret} does not begin with whsec_: until the signing secret of an ` +
        "endpoint is stored there, Stripe's deliveries will be refused",
    );
  }
}

function readCurrencies(read: EnvironmentReader): readonly string[] {
  const currencies = read.list(names.stripeCurrency, ['usd']).map((code) => code.toLowerCase());
  for (const currency of currencies) {
    if (supportedCurrencies.includes(currency)) continue;
    read.fault(
      `${names.stripeCurrency} names ${currency}; expected one or more of ` +
        `${supportedCurrencies.join(', ')}, separated by commas`,
    );
  }
  return currencies;
}

/** Any port of this machine: for a page under development, and never for real money. */
const ownMachine = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/;

function readOrigins(
  read: EnvironmentReader,
  publicBaseUrl: URL,
  mode: StripeMode,
): readonly string[] {
  const origins = read.list(names.allowedOrigins, []);
  for (const origin of origins) {
    if (mode === 'test' && ownMachine.test(origin)) continue;
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
    if (isOrigin && /^https?:\/\/[^*]+$/.test(origin)) continue;
    read.fault(
      `${names.allowedOrigins} names ${origin}; expected origins without a path or a *, such as ` +
        'https://app.example.com, separated by commas' +
        (mode === 'test' ? '; only http://localhost:* stands for every port' : ''),
    );
  }
  return [...new Set([publicBaseUrl.origin, ...origins])];
}

/** What cannot be read has to go somewhere: a queue without its dead-letter queue is a fault. */
function readEventQueue(read: EnvironmentReader): Config['eventQueue'] {
  const isSet = (name: string) => read.text(name) !== undefined;
  const { stripeEventQueueUrl: queue, stripeEventDeadLetterQueueUrl: deadLetters } = names;
  if (isSet(queue) !== isSet(deadLetters)) {
    const [set, missing] = isSet(queue) ? [queue, deadLetters] : [deadLetters, queue];
    read.fault(`${set} is set, but ${missing} is not; set both or neither`);
  }
  if (!isSet(queue) || !isSet(deadLetters)) return undefined;
  return { url: read.url(queue, '').href, deadLetterQueueUrl: read.url(deadLetters, '').href };
}

const catalogueArns = new RegExp(deployerVariables.CATALOGUE_ARN);

function readAdapters(read: EnvironmentReader): Config['adapters'] {
  return read.list(names.adapters, []).flatMap((named) => {
    const known = adapterNames.find((name) => name === named);
    if (known === undefined) {
      read.fault(`${names.adapters} names ${named}; expected some of ${adapterNames.join(', ')}`);
      return [];
    }
    return [known];
  });
}

/** What other routes answer: two routes of one path would keep the service from starting. */
const takenPaths: ReadonlySet<string> = new Set([...openPaths, ...adapterPaths]);

function readWebhookPaths(read: EnvironmentReader): readonly string[] {
  const paths = read.list(names.webhookPaths, [defaultWebhookPath]);
  for (const path of paths) {
    const isPlain = /^(\/[A-Za-z0-9._~-]+)+$/.test(path) && !/\/\.\.?(\/|$)/.test(path);
    const isTaken = takenPaths.has(path) || `${path}/`.startsWith(`${apiPrefix}/`);
    if (isPlain && !isTaken) continue;
    read.fault(
      `${names.webhookPaths} names ${path}; expected paths such as ${defaultWebhookPath}, outside ` +
        "of /v1 and none of the service's other paths, separated by commas",
    );
  }
  return [...new Set(paths)];
}
