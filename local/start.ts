import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { shopPath, startLocalStripe } from '@tollgate/local-stripe';
import { Command, InvalidArgumentError } from 'commander';
import Stripe from 'stripe';
import { issueToken } from '../ops/bearer-token';
import { defaultWebhookPath, environmentVariables as names } from '../service/contract';
import { handledEventTypes } from '../service/handlers/index';
import { startLocalDatabase } from './database';
import { freePort } from './free-port';
import { lockFolder } from './lock';
import { rehearse } from './rehearsal';
import { type ServiceProcess, startServiceProcess } from './service-process';
import { Steps } from './steps';
import { startWatchedService } from './watched-service';

interface Options {
  readonly once: boolean;
  readonly watch: boolean;
  readonly port?: number;
  readonly stripePort?: number;
  readonly databasePort?: number;
  readonly data: string;
}

const stripeKey = 'sk_test_tollgateLocalRehearsal0000';
const userId = 'buyer-1';

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535; 0 is any free port.');
}

const program = new Command('npm start --')
  .description('Runs all of Tollgate on this machine and rehearses a top-up.')
  .option('--once', 'end after the rehearsal: 0 if it passed, 1 if not', false)
  .option(
    '--watch',
    'run the service from its source, and start it again when service/ or catalogue/ changes',
    false,
  )
  .option('--port <port>', "the service's port (default: a free one)", parsePort)
  .option('--stripe-port <port>', "the local Stripe's port (default: a free one)", parsePort)
  .option('--database-port <port>', "PostgreSQL's port (default: a free one)", parsePort)
  .option('--data <folder>', 'where the data is kept', join(__dirname, '../.tollgate'))
  .action((options: Options) => start(options));

/** Everything that was started, to be stopped in the opposite order, once. */
class Started {
  private readonly stops: (() => unknown)[] = [];
  private stopping: Promise<void> | undefined;

  add(stop: () => unknown): void {
    this.stops.unshift(stop);
  }

  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const stop of this.stops) await stop();
    })();
    return this.stopping;
  }
}

async function start(options: Options): Promise<void> {
  const print = (line: string) => console.log(line);
  const steps = new Steps(print);
  const started = new Started();
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  print("\nTollgate: a buyer's payment becomes a balance, on this machine.\n");
  try {
    const running = await Promise.race([
      startAll(options, steps, started).then(async (all) => {
        await rehearse(all, steps);
        return all;
      }),
      interrupted.then(() => undefined),
    ]);
    if (running === undefined) {
      print('\nInterrupted before the rehearsal had passed.');
      process.exitCode = 1;
    } else {
      print(`\nThe rehearsal passed in ${steps.elapsedSeconds} s.`);
      if (!options.once) {
        print(whatIsThere(running));
        if (options.watch) print('Change a file of service/ or catalogue/ to restart the service.');
        await Promise.race([interrupted, running.failed]);
      }
    }
  } catch (error) {
    print(`\nFailed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  await started.stop();
  process.exit();
}

interface Running {
  readonly serviceUrl: string;
  readonly stripeUrl: string;
  readonly databaseUrl: string;
  readonly logFile: string;
  /** Where everything is kept. */
  readonly folder: string;
  readonly token: string;
  /** Of nobody in particular, with every scope. */
  readonly adminToken: string;
  readonly stripe: Stripe;
  /** Rejects when the service ends by itself. */
  readonly failed: Promise<never>;
}

/** Says which option is to be changed before anything has been started. */
async function checkPorts(options: Options): Promise<void> {
  const chosen = [options.port, options.stripePort, options.databasePort].filter((port) => port);
  if (new Set(chosen).size < chosen.length) {
    throw new Error('two of --port, --stripe-port and --database-port are the same; name others');
  }
  for (const [option, port] of [
    ['--port', options.port],
    ['--stripe-port', options.stripePort],
    ['--database-port', options.databasePort],
  ] as const) {
    if (port === undefined) continue;
    await freePort(port).catch((error: Error) => {
      throw new Error(
        `${option} ${port} cannot be used (${error.message}); name another port, or leave the ` +
          'option out for a free one',
      );
    });
  }
}

async function startAll(options: Options, steps: Steps, started: Started): Promise<Running> {
  await checkPorts(options);
  started.add(await lockFolder(options.data));
  const fromHere = relative(process.cwd(), options.data) || '.';
  const shown = fromHere.startsWith('..') ? options.data : fromHere;

  const database = await steps.run(
    'PostgreSQL',
    () => startLocalDatabase(join(options.data, 'database'), options.databasePort ?? 0),
    () => `embedded (PGlite), data in ${shown}/database`,
  );
  started.add(() => database.close());

  const localStripe = await steps.run(
    'local Stripe',
    () =>
      startLocalStripe({
        port: options.stripePort ?? 0,
        stateFile: join(options.data, 'stripe.json'),
      }),
    ({ url }) => `${url}, with hosted pages`,
  );
  started.add(() => localStripe.close());
  const stripe = new Stripe(stripeKey, {
    protocol: 'http',
    host: '127.0.0.1',
    port: localStripe.port,
    telemetry: false,
  });

  const port = await freePort(options.port);
  const webhookSecret = await replaceWebhookEndpoint(stripe, `http://127.0.0.1:${port}`);
  const jwtSecret = randomBytes(32).toString('base64url');
  const logFile = join(options.data, 'service.log');
  const environment = {
    [names.host]: '127.0.0.1',
    [names.port]: String(port),
    [names.databaseUrl]: database.url,
    // PGlite's connections share one session: see database.ts.
    [names.databasePoolMax]: '1',
    [names.stripeSecretKey]: stripeKey,
    [names.stripeWebhookSecret]: webhookSecret,
    [names.stripeApiBase]: localStripe.url,
    [names.jwtAccessTokenSecret]: jwtSecret,
    [names.publicBaseUrl]: `${localStripe.url}${shopPath}`,
  };
  const service = await steps.run<Pick<ServiceProcess, 'url' | 'stop' | 'exited'>>(
    'service',
    () =>
      options.watch
        ? startWatchedService(environment, logFile, console.log)
        : startServiceProcess(environment, logFile),
    ({ url }) => `${url} is ready, log in ${shown}/service.log`,
  );
  started.add(() => service.stop());
  const failed = service.exited.then((how) => {
    throw new Error(`the service ended by itself (${how}); see ${logFile}`);
  });
  failed.catch(() => undefined); // nobody listens any more when it ends because we stopped it
  return {
    serviceUrl: service.url,
    stripeUrl: localStripe.url,
    databaseUrl: database.url,
    logFile: `${shown}/service.log`,
    folder: shown,
    token: await issueToken(jwtSecret, userId),
    adminToken: await issueToken(jwtSecret, 'admin', 'billing:admin accounts:write'),
    stripe,
    failed,
  };
}

/** One endpoint for this start; those of earlier starts point to ports that are gone. */
async function replaceWebhookEndpoint(stripe: Stripe, serviceUrl: string): Promise<string> {
  const earlier = await stripe.webhookEndpoints.list({ limit: 100 });
  for (const endpoint of earlier.data) await stripe.webhookEndpoints.del(endpoint.id);
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${serviceUrl}${defaultWebhookPath}`,
    enabled_events: [...handledEventTypes],
  });
  if (endpoint.secret === undefined) throw new Error('the endpoint came without its secret');
  return endpoint.secret;
}

function cliOptions({ stripeUrl }: Running): string {
  return `--api-base ${stripeUrl} --api-key ${stripeKey}`;
}

function whatIsThere(running: Running): string {
  return `
Still running, until Ctrl-C:
  service       ${running.serviceUrl}   its API: ${running.serviceUrl}/openapi.json
  local Stripe  ${running.stripeUrl}
  PostgreSQL    ${running.databaseUrl}
  log           ${running.logFile}
  All of it is kept for the next start; delete ${running.folder} to begin anew.

Call it as the user ${userId}: paste these two, then the commands of README.md, "Using it".
  URL=${running.serviceUrl}
  TOKEN=${running.token}
For example, top up: open the "url" that comes back, and pay with 4242 4242 4242 4242.
  curl -sw '\\n' "$URL/v1/checkout/sessions" -H "Authorization: Bearer $TOKEN" \\
    -H 'Content-Type: application/json' -d '{"topup": {"amountMinor": 2500, "currency": "usd"}}'
  curl -sw '\\n' "$URL/v1/account" -H "Authorization: Bearer $TOKEN"
A token that may act for any user (?userId=…) and call /v1/admin:
  ADMIN=${running.adminToken}

Refund a payment (its "paymentId" is in $URL/v1/account/transactions) with Stripe's own CLI:
  npx stripe refunds create --payment-intent pi_… ${cliOptions(running)}
Or let it make an event. Its checkout is none of ours, so that the log says not_ours:
  npx stripe trigger checkout.session.completed ${cliOptions(running)}
Disputes, failed refunds and renewals: npm run local:stripe -- --help lists the controls.
`;
}

void program.parseAsync();
