import fastify, { type FastifyInstance } from 'fastify';
import { registerApi } from './api';
import { settleOverdue } from './control/banks';
import { addFault, type NewFault } from './control/faults';
import { CliListeners } from './events/cli-listeners';
import { defaultRetryDelaysMillis, WebhookDeliveries } from './events/deliveries';
import { registerAuthentication } from './hosted-pages/authentication';
import { registerFrontPage } from './hosted-pages/front-page';
import { registerPortal } from './hosted-pages/portal-routes';
import { registerHostedPage, registerShop } from './hosted-pages/routes';
import { IdempotencyKeys, idempotentAnswerKind } from './http/idempotency';
import { followPayment } from './models/billing/collection';
import { relocateInvoicePages } from './models/billing/invoices';
import { expireOverdueSessions, relocateHostedPages } from './models/checkout/sessions';
import type { Account, EventOutlets } from './state/account';
import { readStateFile, StateFileWriter } from './state/state-file';
import { Tables } from './state/tables';

export interface LocalStripeOptions {
  /** @default 0 - a free one */
  readonly port?: number;
  /** Where everything is remembered from run to run. @default - nothing is kept */
  readonly stateFile?: string;
  /** Told of every request and delivery, a line each. @default - silent */
  readonly log?: (line: string) => void;
  /** The waits between two attempts to deliver an event. @default - 0.5 s and longer, two minutes in all */
  readonly webhookRetryDelaysMillis?: readonly number[];
  /** @default - the system's clock */
  readonly now?: () => Date;
  /** How long a write under an idempotency key takes, so that two can meet. @default 0 */
  readonly latencyMillis?: number;
  /**
   * Debits and refunds that take their time are settled after so many seconds, as the test card or
   * account has it. @default - when a control under `/_local` says so; two accounts of Stripe's are
   * answered for after three minutes in any case
   */
  readonly settleAfterSeconds?: number;
  /** Requests that go wrong, from the start. More can be added by `POST /_local/faults`. @default - none */
  readonly faults?: readonly NewFault[];
}

export interface LocalStripe {
  /** Such as `http://127.0.0.1:12111`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection and delivery and writes the state file. What is undelivered stays pending. */
  close(): Promise<void>;
}

/** How often the clock's own work is done: sessions that expire, keys that are forgotten. */
const housekeepingIntervalMillis = 1000;

/**
 * Starts a Stripe of one's own on 127.0.0.1.
 * @throws the system's error when the port is taken (`EADDRINUSE`), or an Error that says what is
 *   wrong with the state file
 */
export async function startLocalStripe(options: LocalStripeOptions = {}): Promise<LocalStripe> {
  const { stateFile, log = () => {}, now = () => new Date(), settleAfterSeconds } = options;
  const snapshot = stateFile === undefined ? {} : readStateFile(stateFile);
  const tables: Tables = new Tables(snapshot, () => writer?.schedule());
  const writer =
    stateFile === undefined ? undefined : new StateFileWriter(stateFile, () => tables.snapshot());

  const app = buildServer(log);
  const account: Account = {
    tables,
    get url() {
      return addressOf(app).url;
    },
    now: () => Math.floor(now().getTime() / 1000),
    log,
    get outlets() {
      return outlets;
    },
    follow: followPayment,
  };
  const webhooks = new WebhookDeliveries(
    account,
    options.webhookRetryDelaysMillis ?? defaultRetryDelaysMillis,
  );
  const listeners = new CliListeners(account);
  const outlets = joined(webhooks, listeners);
  for (const fault of options.faults ?? []) addFault(account, fault);
  const idempotencyKeys = new IdempotencyKeys(tables.of(idempotentAnswerKind), account.now);

  registerApi(app, { account, idempotencyKeys, latencyMillis: options.latencyMillis ?? 0 });
  registerHostedPage(app, account);
  registerAuthentication(app, account);
  registerPortal(app, account);
  registerShop(app, account);
  registerFrontPage(app, account);
  app.server.on('upgrade', (request, socket, head) => listeners.upgrade(request, socket, head));
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });

  relocateHostedPages(account);
  relocateInvoicePages(account);
  webhooks.resume();
  const housekeeping = setInterval(() => {
    expireOverdueSessions(account);
    settleOverdue(account, settleAfterSeconds);
    idempotencyKeys.prune();
  }, housekeepingIntervalMillis).unref();

  return {
    ...addressOf(app),
    async close() {
      clearInterval(housekeeping);
      listeners.close();
      await Promise.all([app.close(), webhooks.close()]);
      writer?.flush();
    },
  };
}

/** Events go to the endpoints and to every `stripe listen`. */
function joined(webhooks: WebhookDeliveries, listeners: CliListeners): EventOutlets {
  return {
    deliver(eventId) {
      webhooks.deliver(eventId);
      listeners.send(eventId);
    },
    redeliver(eventId, { endpointId, listenersOnly }) {
      if (!listenersOnly) webhooks.redeliver(eventId, endpointId);
      if (endpointId === undefined) listeners.send(eventId);
    },
    firstAnswers: (eventId) => webhooks.firstAnswers(eventId),
    openListener: (forwardsTo) => listeners.openSession(forwardsTo),
  };
}

function buildServer(log: (line: string) => void): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 1024 * 1024,
    // An id that is too long for any object names none, which is Stripe's to say and not the router's.
    routerOptions: { maxParamLength: 16_384 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onResponse', async (request, reply) => {
    log(`${request.method} ${request.url} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms`);
  });
  return app;
}

function addressOf(app: FastifyInstance): { readonly url: string; readonly port: number } {
  const address = app.server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('The local Stripe does not listen.');
  return { url: `http://127.0.0.1:${address.port}`, port: address.port };
}
