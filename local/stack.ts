import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { defaultWebhookPath, environmentVariables as names } from '../service/contract';
import { buildService } from './build';
import { startLocalDatabase } from './database';
import { startEventTopic } from './event-topic';
import { fixHints } from './fix-hints';
import { connectEndpoint, type LocalAccount, startLocalAccount } from './local-account';
import { lockFolder } from './lock';
import type { StartOptions } from './options';
import { choosePorts } from './ports';
import {
  type RunningStack,
  readSettings,
  type Settings,
  writeRunning,
  writeSettings,
} from './remembered';
import { openSandbox, type SandboxAccount } from './sandbox-account';
import { type ServiceProcess, startServiceProcess } from './service-process';
import { shownPath } from './shown-path';
import type { Started } from './started';
import type { Steps } from './steps';
import { startWatchedService } from './watched-service';

/** All that runs on this machine. */
export interface Stack extends RunningStack {
  /** The local Stripe, to see what it delivers; undefined while a real account takes its place. */
  readonly localStripe: Stripe | undefined;
  /** Rejects when the service ends by itself. */
  readonly failed: Promise<never>;
}

/**
 * Starts all of it, each part as it was left.
 * @param started told of every part, so that it can be stopped
 * @throws Error that names what is in the way, and what to do
 */
export async function startStack(
  options: StartOptions,
  steps: Steps,
  started: Started,
  say: (line: string) => void,
): Promise<Stack> {
  const { data } = options;
  started.add(await lockFolder(data));
  // A real account's customers are not the local Stripe's: each has a database of its own.
  const kept = options.stripeKeyFile === undefined ? data : join(data, 'sandbox');
  if (options.fresh) forget(kept);
  const settings = readSettings(data);
  const ports = await choosePorts(options, settings.ports, say);
  const remembered: Settings = {
    ...settings,
    ports,
    ...(options.jwtSecret !== undefined && { jwtSecret: options.jwtSecret }),
    ...(options.webhookSecret !== undefined && { webhookSecret: options.webhookSecret }),
  };
  writeSettings(data, remembered);

  const shown = shownPath(data);
  const building = options.watch ? undefined : compile(steps);
  building?.catch(() => undefined); // waited for below, whatever else fails first
  const database = await steps.run(
    'PostgreSQL',
    () => startLocalDatabase(join(kept, 'database'), ports.database),
    () => `embedded (PGlite), data in ${shownPath(kept)}/database`,
  );
  started.add(() => database.close());

  const webhookPaths = [...options.webhookPath, defaultWebhookPath];
  const serviceUrl = `http://127.0.0.1:${ports.service}`;
  const webhookUrl = `${serviceUrl}${webhookPaths[0]}`;
  const account = await openAccount(
    { options, remembered, webhookUrl, ports, say },
    steps,
    started,
  );
  const topic =
    options.eventsTo === undefined ? undefined : await startEventTopic(options.eventsTo);
  if (topic !== undefined) started.add(() => topic.close());
  await building;

  const logFile = join(data, 'service.log');
  const environment = {
    [names.host]: '127.0.0.1',
    [names.port]: String(ports.service),
    [names.databaseUrl]: database.url,
    // PGlite's connections share one session: see database.ts.
    [names.databasePoolMax]: '1',
    [names.stripeSecretKey]: account.key,
    [names.stripeWebhookSecret]: account.webhookSecrets.join(','),
    [names.stripeApiBase]: account.apiBase,
    [names.jwtAccessTokenSecret]: remembered.jwtSecret,
    [names.publicBaseUrl]: options.origin[0] ?? account.shopUrl ?? serviceUrl,
    [names.allowedOrigins]: [...options.origin, ...everyPort].join(','),
    [names.webhookPaths]: webhookPaths.join(','),
    [names.fixHints]: JSON.stringify(fixHints(data)),
    ...catalogueOf(options.catalogue),
    ...(topic !== undefined && { [names.billingEventsTopicArn]: topic.arn, ...topic.environment }),
    ...options.set,
  };
  const service = await steps.run<Pick<ServiceProcess, 'url' | 'stop' | 'exited'>>(
    'service',
    () =>
      options.watch
        ? startWatchedService(environment, logFile, say, options.catalogue)
        : startServiceProcess(environment, logFile),
    ({ url }) => `${url} is ready, log in ${shown}/service.log`,
  );
  started.add(() => service.stop());
  account.forward();

  const failed = service.exited.then((how) => {
    throw new Error(`the service ended by itself (${how}); see ${logFile}`);
  });
  failed.catch(() => undefined); // nobody listens any more when it ends because we stopped it
  const running: RunningStack = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    serviceUrl: service.url,
    webhookUrl,
    eventsTo: options.eventsTo ?? null,
    localStripeUrl: account.localStripe === undefined ? null : account.apiBase,
    stripeApiBase: account.apiBase,
    stripeKey: account.localStripe === undefined ? null : account.key,
    webhookSecret: account.listenSecret,
    databaseUrl: database.url,
    logFile,
    jwtSecret: remembered.jwtSecret,
    tokens: tokensBy(options.set),
  };
  started.add(writeRunning(data, running));
  return { ...running, localStripe: account.localStripe, failed };
}

/** Pages under development may call, and buyers return to them, whatever serves them. */
const everyPort = [
  ...['http://localhost:*', 'https://localhost:*'],
  ...['http://127.0.0.1:*', 'https://127.0.0.1:*'],
];

/** Whoever has the service look for other claims has the tokens of these commands carry them. */
function tokensBy(set: StartOptions['set'] = {}): NonNullable<RunningStack['tokens']> {
  const first = (name: string) => set[name]?.split(',')[0]?.trim() || undefined;
  const [userClaim, audience] = [first(names.jwtUserClaim), first(names.jwtAudience)];
  const issuer = set[names.jwtIssuer];
  return {
    ...(userClaim !== undefined && { userClaim }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
}

/** All but ports and secrets, which an application is configured with. */
function forget(folder: string): void {
  for (const name of ['database', 'database.new', 'stripe.json']) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function compile(steps: Steps): Promise<void> {
  return steps.run('compiler', buildService, () => 'the service is up to date with its source');
}

/** The file, and its currencies: a shop in euros has no dollars to rehearse with. */
function catalogueOf(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {};
  return { [names.catalogueFile]: file, ...currenciesOf(file) };
}

function currenciesOf(file: string): Readonly<Record<string, string>> {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as { topups?: object };
    const currencies = Object.keys(content.topups ?? {});
    return currencies.length === 0 ? {} : { [names.stripeCurrency]: currencies.join(',') };
  } catch {
    return {}; // what is wrong with the file is the service's to say
  }
}

interface Wanted {
  readonly options: StartOptions;
  readonly remembered: Settings;
  readonly webhookUrl: string;
  readonly ports: { readonly stripe: number };
  readonly say: (line: string) => void;
}

/** The account, with what the service believes a delivery by. */
async function openAccount(wanted: Wanted, steps: Steps, started: Started) {
  const { options, remembered, webhookUrl } = wanted;
  const { stripeKeyFile } = options;
  if (stripeKeyFile !== undefined) {
    const sandbox = await openSandboxAccount(options, stripeKeyFile, steps);
    started.add(() => sandbox.close());
    const listenLog = join(options.data, 'stripe-listen.log');
    return {
      ...sandbox,
      localStripe: undefined,
      webhookSecrets: [...new Set([sandbox.listenSecret, remembered.webhookSecret ?? []].flat())],
      forward: () => sandbox.forwardTo(webhookUrl, listenLog),
    };
  }
  const local = await openLocalAccount(wanted, steps);
  started.add(() => local.close());
  const endpoint = await connectEndpoint(local.stripe, webhookUrl, remembered.endpoint);
  writeSettings(options.data, { ...remembered, endpoint });
  const secrets = [endpoint.secret, local.listenSecret, remembered.webhookSecret ?? []].flat();
  return {
    ...local,
    localStripe: local.stripe,
    webhookSecrets: secrets,
    forward: () => undefined,
  };
}

function openLocalAccount({ options, ports, say }: Wanted, steps: Steps): Promise<LocalAccount> {
  const { settleAfter: settleAfterSeconds } = options;
  const local = {
    port: ports.stripe,
    stateFile: join(options.data, 'stripe.json'),
    ...(settleAfterSeconds !== undefined && { settleAfterSeconds }),
  };
  return steps.run(
    'local Stripe',
    () => startLocalAccount(local, say),
    ({ apiBase }) =>
      `${apiBase}, with hosted pages` +
      (settleAfterSeconds === undefined ? '' : `; banks answer after ${settleAfterSeconds} s`),
  );
}

function openSandboxAccount(
  { data, stripeApiBase, webhookSecret }: StartOptions,
  keyFile: string,
  steps: Steps,
): Promise<SandboxAccount> {
  const cliFolder = join(data, 'stripe-cli');
  return steps.run(
    'Stripe account',
    () => openSandbox({ keyFile, apiBase: stripeApiBase, webhookSecret, cliFolder }),
    ({ apiBase }) =>
      webhookSecret === undefined
        ? `${apiBase}; stripe listen forwards its events`
        : `${apiBase}; you have its events delivered, signed with --webhook-secret`,
  );
}
