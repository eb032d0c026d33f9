import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { nearest } from '../service/catalogue/catalogue';
import { environmentVariables as names } from '../service/contract';
import { shownPath } from './shown-path';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly once: boolean;
  readonly watch: boolean;
  readonly fresh: boolean;
  /** The folder that everything is kept in. */
  readonly data: string;
  readonly port?: number;
  readonly stripePort?: number;
  readonly databasePort?: number;
  /** Where the application is; buyers return to the first. */
  readonly origin: readonly string[];
  /** Where Stripe delivers, beside the service's own path; the local Stripe to the first. */
  readonly webhookPath: readonly string[];
  readonly webhookSecret?: string;
  readonly jwtSecret?: string;
  readonly catalogue?: string;
  readonly eventsTo?: string;
  /** Further variables of the service. */
  readonly set?: Readonly<Record<string, string>>;
  /** Seconds after which the local Stripe's banks answer by themselves. */
  readonly settleAfter?: number;
  readonly stripeKeyFile?: string;
  readonly stripeApiBase?: string;
}

/** Where everything is kept unless `--data` says otherwise. */
const defaultFolder = join(__dirname, '../.tollgate');

/** What other commands of this folder are to be told, so that they look where this one did. */
export const toldData = (folder: string): string =>
  folder === defaultFolder ? '' : ` --data '${shownPath(folder)}'`;

/** The option that all commands of this folder share. */
export const dataOption = () =>
  new Option('--data <folder>', 'where everything is kept')
    .default(defaultFolder, '.tollgate')
    .argParser((folder: string) => resolve(folder));

/** The command line of `npm start`. */
export function startCommand(): Command {
  return new Command('npm start --')
    .description(
      'Runs all of Tollgate on this machine for an application under development, and rehearses a ' +
        'top-up. Ports and secrets are remembered from start to start.',
    )
    .addOption(dataOption())
    .option('--once', 'end after the rehearsal: 0 if it passed, 1 if not', false)
    .option(
      '--watch',
      'run the service from its source, and start it again when service/ or catalogue/ changes',
      false,
    )
    .option('--fresh', 'begin with an empty database and an empty local Stripe', false)
    .option('--port <port>', "the service's port (default: the last one, or 8080)", parsePort)
    .option(
      '--stripe-port <port>',
      "the local Stripe's (default: the last one, or 12111)",
      parsePort,
    )
    .option('--database-port <port>', "PostgreSQL's (default: the last one, or 54320)", parsePort)
    .addOption(
      new Option(
        '--origin <origin>',
        'where your application is: buyers return there, and its pages may call; several are ' +
          'several --origin. Every port of localhost may call in any case',
      )
        .argParser(several(parseOrigin))
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--webhook-path <path>',
        'a path that takes deliveries beside /webhooks/stripe; several are several --webhook-path',
      )
        .argParser(several(parsePath))
        .default([], 'none'),
    )
    .option(
      '--webhook-secret <whsec>',
      "a signing secret that is accepted beside the local Stripe's own and stripe listen's",
      parseWebhookSecret,
    )
    .option('--jwt-secret <secret>', 'what tokens are signed with (default: a random one, kept)')
    .option('--catalogue <file>', 'what is for sale (default: catalogue/default.json)', parseFile)
    .option('--events-to <url>', 'where to POST each CloudEvent as it is published', parseUrl)
    .option(
      '--settle-after <seconds>',
      "after how long the local Stripe's banks answer to debits and pending refunds (default: when you " +
        'say so on its page)',
      parseSeconds,
    )
    .addOption(
      new Option(
        '--set <NAME=value>',
        'a variable of docs/configuration.md that no option stands for, such as ADAPTERS=topups; several ' +
          'are several --set',
      )
        .argParser(parseVariable)
        .default({}, 'none'),
    )
    .option(
      '--stripe-key-file <file>',
      "a file with a sandbox account's secret key: that account in place of the local Stripe",
      parseFile,
    )
    .option(
      '--stripe-api-base <url>',
      "where that account's API is, if not at Stripe (a local Stripe of its own, say)",
      parseUrl,
    );
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535; 0 is any free port.');
}

/** An option that may be given several times. */
function several<Value>(parse: (text: string) => Value) {
  return (text: string, before: readonly Value[]): readonly Value[] => [...before, parse(text)];
}

function parseSeconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number of seconds: 10.');
}

function parseOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (/^https?:\/\//.test(origin) && text.replace(/\/$/, '') === origin) return origin;
  throw new InvalidArgumentError('expected an origin without a path: http://localhost:3000.');
}

function parsePath(text: string): string {
  if (/^(\/[A-Za-z0-9._~-]+)+$/.test(text)) return text;
  throw new InvalidArgumentError('expected a path such as /api/webhooks/stripe.');
}

function parseWebhookSecret(text: string): string {
  if (/^whsec_[^\s,]+$/.test(text)) return text;
  throw new InvalidArgumentError(
    'expected a signing secret, whsec_…: `stripe listen --print-secret` shows its own.',
  );
}

function parseFile(text: string): string {
  const file = resolve(text);
  if (existsSync(file)) return file;
  throw new InvalidArgumentError(`there is no file ${file}.`);
}

/** Variables that say what an option says, or what is this command's own to say. */
const spokenFor: Readonly<Record<string, string>> = {
  [names.port]: '--port',
  [names.allowedOrigins]: '--origin',
  [names.publicBaseUrl]: '--origin',
  [names.webhookPaths]: '--webhook-path',
  [names.stripeWebhookSecret]: '--webhook-secret',
  [names.jwtAccessTokenSecret]: '--jwt-secret',
  [names.catalogueFile]: '--catalogue',
  [names.stripeCurrency]: 'the topups of --catalogue',
  [names.billingEventsTopicArn]: '--events-to',
  [names.stripeSecretKey]: '--stripe-key-file',
  [names.stripeApiBase]: '--stripe-api-base',
  [names.databaseUrl]: '--database-port',
  [names.stripeMode]: '--stripe-key-file, of an account in test mode,',
};

function parseVariable(text: string, before: Readonly<Record<string, string>>) {
  const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/s.exec(text) ?? [];
  const option = spokenFor[name];
  if (option !== undefined) {
    throw new InvalidArgumentError(`${name} is what ${option} says; give that.`);
  }
  const known = Object.values(names);
  if (known.some((each) => each === name)) return { ...before, [name]: value };
  const likest = name === '' ? '' : nearest(name, known);
  throw new InvalidArgumentError(`expected NAME=value, of docs/configuration.md${likest}`);
}

function parseUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text).href.replace(/\/$/, '');
  throw new InvalidArgumentError('expected a URL such as http://localhost:3000/events.');
}
