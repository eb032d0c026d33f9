import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Activity } from './activity';
import { buildApp } from './app';
import { Bookkeeper } from './bookkeeping/bookkeeper';
import { Prices } from './checkout/prices';
import { type Config, ConfigError, stripeModeFault } from './config';
import {
  metrics as metricNames,
  environmentVariables as names,
  openRequestsTimeoutSeconds,
} from './contract';
import { type Authenticate, createAuthenticate } from './http/authentication';
import { Receiver } from './inbox/receive';
import { WebhookSecretUses } from './inbox/webhook-secret-uses';
import type { Transfer } from './ledger/transfers';
import type { Log } from './log';
import { createLoops, Wakes } from './loops';
import { Metrics } from './metrics';
import { createChecks } from './readiness';
import { Reconciler } from './reconciliation/reconciler';
import { createSecretStore, type SecretStore } from './secrets/manager';
import { resolveSecret } from './secrets/resolve';
import { RotatingSecret } from './secrets/rotating';
import { resolveDatabaseAddress } from './store/address';
import { Database } from './store/database';
import { isRefused } from './store/refusals';
import { StripeClient } from './stripe/client';
import { StripeListing } from './stripe/listing';
import { PriceList } from './stripe/price-list';
import { runningVersion } from './version';
import { readWhatIsSold, stateOf, type WhatIsSold } from './what-is-sold';

/** A service that is listening. */
export interface RunningService {
  readonly port: number;
  /** Rejects when the service cannot go on, because a migration failed. */
  readonly failed: Promise<never>;
  /** Refuses new requests, ends the open ones, stops the loops, closes the connections. */
  stop(): Promise<void>;
}

/**
 * Wires the service and makes it listen. It serves from the first moment, and answers 503 to what
 * needs the database until that is there: a database that wakes up from a pause must not have every
 * task killed.
 * @throws ConfigError when a secret that had to be fetched is not usable
 */
export async function startService(
  config: Config,
  log: Log,
  /** How long open requests are waited for when it stops. */
  openRequestsMillis = openRequestsTimeoutSeconds * 1000,
): Promise<RunningService> {
  const outside = await connect(config, log);
  const sold = await readWhatIsSold(config, outside.database, log);
  const engine = assemble(config, log, outside, sold);
  const draining = new AbortController();
  const { database, loops } = engine;
  const { activity } = engine;
  const app = await buildApp({
    ...outside,
    ...engine,
    authenticate: async (authorization) => {
      const caller = await outside.authenticate(authorization);
      activity.note();
      return caller;
    },
    ...routing(config, draining.signal),
    version: runningVersion,
    isStarted: () => database.isOpen && sold.catalogue.isKnown,
    catalogueState: () => stateOf(sold),
    checks: createChecks({ ...outside, activity }, draining.signal),
    log,
  });
  await listen(app, config);

  const opened = database
    .open(
      (error) =>
        isRefused(error)
          ? log.error({ reason: String(error) }, 'the database refuses the service; asking again')
          : log.warn({ reason: String(error) }, 'waiting for the database'),
      draining.signal,
    )
    .then(async () => {
      log.info('the database is ready');
      await sold.follower?.settle(draining.signal);
      loops.start();
    });
  return {
    port: (app.server.address() as AddressInfo).port,
    failed: new Promise((_resolve, reject) => {
      opened.catch((error: unknown) => {
        if (!draining.signal.aborted) reject(error);
      });
    }),
    async stop() {
      draining.abort();
      const cutOff = setTimeout(() => app.server.closeAllConnections(), openRequestsMillis);
      await Promise.all([app.close(), loops.stop(), opened.catch(() => undefined)]);
      clearTimeout(cutOff);
      await database.close();
    },
  };
}

/**
 * What the service talks to, and the secrets that it does so with. The database is connected to
 * later: see `Database.open`.
 */
async function connect(config: Config, log: Log) {
  const secretStore = createSecretStore();
  const database = new Database({
    address: () => resolveDatabaseAddress(config.database, secretStore),
    poolMax: config.databasePoolMax,
    onConnectionLost: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
    onUnrestricted: (reason) =>
      log.warn({ reason }, 'the service works as the owner of its tables, which it need not'),
  });
  const stripeSecretKey = await resolveSecret(
    names.stripeSecretKey,
    config.stripeSecretKey,
    secretStore,
    config.secretsVersion,
  );
  const modeFault = stripeModeFault(stripeSecretKey ?? '', config.stripeMode);
  if (modeFault !== undefined) throw new ConfigError([modeFault]);
  const webhookSecrets = new RotatingSecret(
    names.stripeWebhookSecret,
    config.stripeWebhookSecret,
    secretStore,
    Date.now,
    config.secretsVersion,
  );
  if (webhookSecrets.current.length === 0) await webhookSecrets.refresh();
  return {
    database,
    stripe: new StripeClient(stripeSecretKey, config.stripeApiBase),
    webhookSecrets,
    secretUses: new WebhookSecretUses({
      database,
      log,
      secrets: webhookSecrets,
      nowMillis: Date.now,
    }),
    authenticate: await createAuthenticateFrom(config, secretStore),
  };
}

/** What works without being asked by HTTP: the books, the inbox, reconciliation and the loops. */
function assemble(
  config: Config,
  log: Log,
  { database, stripe }: Awaited<ReturnType<typeof connect>>,
  { catalogue, follower }: WhatIsSold,
) {
  const { processing } = config;
  const metrics = new Metrics(log, config.environmentName, Date.now);
  const activity = new Activity(config.databaseMayPause, Date.now);
  const wakes = new Wakes(activity);
  const bookkeeper = new Bookkeeper({
    counter: metrics,
    wakeOutbox: wakes.outbox,
    onCredited: (credited) => logCredits(log, credited),
  });
  const receiver = new Receiver({
    database,
    bookkeeper,
    catalogue,
    log,
    counter: metrics,
    // One connection is left to the other routes; with one in all, groups take turns with them.
    groupsInFlight: Math.max(1, Math.min(2, config.databasePoolMax - 1)),
    wakeInbox: wakes.inbox,
    onArrival: activity.note,
    processing,
  });
  const reconciler = new Reconciler({
    database,
    bookkeeper,
    stripe,
    listing: new StripeListing(stripe),
    catalogue,
    receiver,
    log,
    onDifference: () => metrics.count(metricNames.reconciliationDifferences),
    onFailed: () => metrics.count(metricNames.reconciliationsFailed),
    onLedgerChecked: (count) => metrics.gauge(metricNames.trialBalanceDifferences, count),
    processing,
  });
  const loops = createLoops(
    {
      ...{ config, database, bookkeeper, stripe, catalogue, follower },
      ...{ receiver, reconciler, metrics, activity, log },
    },
    wakes,
  );
  return {
    database,
    catalogue,
    prices: new Prices({ list: new PriceList(stripe), catalogue, log, nowMillis: Date.now }),
    bookkeeper,
    receiver,
    reconciler,
    loops,
    activity,
    counter: metrics,
    wakeOutbox: wakes.outbox,
  };
}

/** Who got how much of what, for which payment. */
function logCredits(log: Log, credited: readonly Transfer[]): void {
  for (const { creditAccount, unit, amountMinor, reason, paymentId, idempotencyKey } of credited) {
    const userId = creditAccount.slice('user:'.length);
    log.info(
      { userId, unit, amountMinor: Number(amountMinor), reason, paymentId, key: idempotencyKey },
      'credited',
    );
  }
}

/** What the routes take from the configuration. */
function routing(config: Config, draining: AbortSignal) {
  const { currencies, checkout, processing, webhookPaths, stripeMode, adjustmentLimits, adapters } =
    config;
  return {
    fixHints: config.fixHints,
    currencies,
    checkout,
    processing,
    adjustmentLimits,
    adapters,
    webhookPaths,
    stripeMode,
    redirectRules: config,
    draining,
    nowMillis: Date.now,
  };
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new ConfigError([
        `${names.port} is ${port}, but another process listens there; stop that one or set ` +
          `another ${names.port}`,
      ]);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigError([
        `${names.host} is ${host}, which is no address of this machine; set it to 127.0.0.1 for ` +
          'this machine alone, or to 0.0.0.0 for all of its interfaces',
      ]);
    }
    throw error;
  }
}

/** @throws ConfigError when there is neither a shared secret nor a key set to verify tokens with */
async function createAuthenticateFrom(config: Config, store: SecretStore): Promise<Authenticate> {
  const name = names.jwtAccessTokenSecret;
  const source = config.jwtAccessTokenSecret;
  const secret = new RotatingSecret(name, source, store, Date.now, config.secretsVersion);
  if (secret.current.length === 0) await secret.refresh();
  if (secret.current.length === 0 && config.jwtJwksUrl === undefined) {
    throw new ConfigError([
      `${name} is empty in Secrets Manager; store a secret of 32 bytes or more`,
    ]);
  }
  return createAuthenticate({
    sharedSecret: source.value === undefined && source.arn === undefined ? undefined : secret,
    jwksUrl: config.jwtJwksUrl,
    issuer: config.jwtIssuer,
    audience: config.jwtAudiences,
    userClaims: config.jwtUserClaims,
    nowMillis: Date.now,
  });
}
