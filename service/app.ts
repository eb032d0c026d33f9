import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Bookkeeper } from './bookkeeping/bookkeeper';
import type { Catalogue } from './catalogue/catalogue';
import type { Prices } from './checkout/prices';
import {
  type adapterNames,
  apiPrefix,
  keepAliveTimeoutSeconds,
  requestTimeoutSeconds,
} from './contract';
import type { FixHints } from './errors';
import type { Authenticate } from './http/authentication';
import { requireCaller } from './http/caller';
import { describeItself } from './http/description';
import { acceptIdempotencyKeys } from './http/idempotency';
import { closeIfUnread, readJsonBodies } from './http/json-bodies';
import { limitRates, shedLoad } from './http/load';
import { openApiOptions } from './http/openapi';
import { corsOrigins } from './http/origins';
import { refuseUnknownParameters } from './http/parameters';
import { countPlainHttp } from './http/plain-http';
import { answerWithProblems, sendProblem, toProblem } from './http/problem-details';
import { BodyBudget } from './http/read-body';
import type { RedirectRules } from './http/redirects';
import { answerUnreadable, nameRequests, newRequestId, requestIdHeader } from './http/request-id';
import { validatorCompiler } from './http/validation';
import type { Receiver } from './inbox/receive';
import type { WebhookSecretUses } from './inbox/webhook-secret-uses';
import { userIdLengthMax } from './ledger/user-id';
import type { Log } from './log';
import type { Counter } from './metrics';
import type { Reconciler } from './reconciliation/reconciler';
import { accountRoutes } from './routes/account';
import { adapterRoutes } from './routes/adapters/index';
import { adminRoutes } from './routes/admin/index';
import { catalogueRoutes } from './routes/catalogue';
import { checkoutRoutes } from './routes/checkout/sessions';
import { frontRoutes } from './routes/front';
import { type HealthRoutesOptions, healthRoutes, type ReadinessChecks } from './routes/health';
import { holdRoutes } from './routes/holds';
import { portalRoutes } from './routes/portal';
import { purchaseRoutes } from './routes/purchases';
import { spendingRoutes } from './routes/spending';
import { subscriptionRoutes } from './routes/subscriptions';
import { webhookRoutes } from './routes/webhook';
import type { RotatingSecret } from './secrets/rotating';
import type { Database } from './store/database';
import type { StripeClient } from './stripe/client';
import { StripeListing } from './stripe/listing';

/** All that the application is made of; `main.ts` makes the real ones. */
interface AppDependencies {
  readonly database: Database;
  readonly stripe: StripeClient;
  readonly catalogue: Catalogue;
  readonly prices: Prices;
  /** What top-ups and items may be in. */
  readonly currencies: readonly string[];
  /** `off`: nothing new is sold. */
  readonly checkout: 'on' | 'off';
  /** Contracts of other systems that are spoken as well. */
  readonly adapters: readonly (typeof adapterNames)[number][];
  /** What an administrator may move alone in a day, by unit. */
  readonly adjustmentLimits: ReadonlyMap<string, bigint>;
  /** Paused: events are recorded, and none is handled. */
  readonly processing: 'on' | 'paused';
  readonly reconciler: Reconciler;
  readonly webhookSecrets: RotatingSecret;
  readonly secretUses: WebhookSecretUses;
  readonly checks: ReadinessChecks;
  readonly version: HealthRoutesOptions['version'];
  readonly isStarted: HealthRoutesOptions['isStarted'];
  readonly catalogueState: HealthRoutesOptions['catalogueState'];
  readonly fixHints: FixHints;
  readonly log: Log;
  readonly authenticate: Authenticate;
  readonly receiver: Receiver;
  readonly counter: Counter;
  readonly webhookPaths: readonly string[];
  readonly stripeMode: 'test' | 'live';
  readonly redirectRules: RedirectRules;
  readonly bookkeeper: Bookkeeper;
  /** Called when there is a message to publish. */
  readonly wakeOutbox: () => void;
  /** Aborted when the process is told to stop. */
  readonly draining: AbortSignal;
  readonly nowMillis: () => number;
}

const headersTimeoutMillis = 10_000;
const bodyLimitBytes = 64 * 1024;
/** Of the bodies of callers, while they are read. */
const bodiesBytesMax = 16 * 1024 * 1024;

/** Builds the HTTP application; it listens to nothing yet. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { checks, version, database, stripe, catalogue, currencies, redirectRules } = dependencies;
  const { processing, bookkeeper, nowMillis, webhookSecrets, secretUses } = dependencies;
  const loggerInstance: FastifyBaseLogger = dependencies.log;
  const corsRules = {
    origin: corsOrigins(redirectRules.allowedOrigins),
    methods: ['GET', 'POST'],
    exposedHeaders: ['Idempotency-Replayed', 'Retry-After', 'X-Request-Id'],
    strictPreflight: false,
  };
  const app = fastify({
    loggerInstance,
    // Two lines a request tell less than the one that each route writes about what it did.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    keepAliveTimeout: keepAliveTimeoutSeconds * 1000,
    forceCloseConnections: 'idle',
    requestTimeout: requestTimeoutSeconds * 1000,
    // Node.js looks for late requests once in 30 s, and allows 60 s for headers: more than for all.
    http: { headersTimeout: headersTimeoutMillis, connectionsCheckingInterval: 1_000 },
    bodyLimit: bodyLimitBytes,
    // A user id in the path: counted in UTF-16 units here, of which a character has two at most.
    routerOptions: { maxParamLength: 2 * userIdLengthMax, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    // While it drains, what still comes over an open connection is answered as ever, and then closed.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerUnreadable(loggerInstance, error, socket),
    frameworkErrors: (error, request, reply) => {
      void reply.header(requestIdHeader, request.id);
      closeIfUnread(request, reply);
      return sendProblem(toProblem(error), request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  nameRequests(app);
  countPlainHttp(app, dependencies.counter);
  await app.register(helmet);
  // Before whatever refuses: a page of ours reads the refusal, too.
  await app.register(cors, corsRules);
  await app.register(swagger, openApiOptions(version.version));
  answerWithProblems(app, dependencies.fixHints);
  readJsonBodies(app, { limitBytes: bodyLimitBytes, budget: new BodyBudget(bodiesBytesMax) });
  refuseUnknownParameters(app);
  // A connection that stays open after its answer would keep the process from ending.
  app.addHook('onSend', async (_request, reply) => {
    if (dependencies.draining.aborted) void reply.header('connection', 'close');
  });

  const { stripeMode } = dependencies;
  await app.register(frontRoutes, { version: version.version, stripeMode });
  await app.register(healthRoutes, {
    checks,
    version,
    isStarted: dependencies.isStarted,
    catalogueState: dependencies.catalogueState,
  });
  await app.register(async (guarded) => {
    await shedLoad(guarded);
    await guarded.register(webhookRoutes, {
      paths: dependencies.webhookPaths,
      receiver: dependencies.receiver,
      secrets: webhookSecrets,
      secretUses,
      counter: dependencies.counter,
      mode: stripeMode,
      nowMillis,
    });
    await guarded.register(adapterRoutes, { adapters: dependencies.adapters, catalogue });
    await guarded.register(
      async (v1) => {
        requireCaller(v1, dependencies.authenticate);
        await limitRates(v1);
        acceptIdempotencyKeys(v1, database);
        await v1.register(checkoutRoutes, {
          database,
          stripe,
          catalogue,
          prices: dependencies.prices,
          currencies,
          checkout: dependencies.checkout,
          redirectRules,
          processing,
          bookkeeper,
          nowMillis,
        });
        await v1.register(catalogueRoutes, { catalogue, currencies });
        await v1.register(accountRoutes, { database });
        await v1.register(purchaseRoutes, { database });
        await v1.register(spendingRoutes, { database, bookkeeper });
        await v1.register(holdRoutes, { database, bookkeeper });
        await v1.register(adminRoutes, {
          prefix: '/admin',
          overview: {
            database,
            stripeMode,
            processing,
            checkout: dependencies.checkout,
            catalogueState: dependencies.catalogueState,
            nowMillis,
          },
          events: { database, stripe, catalogue, bookkeeper, processing },
          outbox: { database, wakeOutbox: dependencies.wakeOutbox },
          ledger: { database },
          adjustments: { database, bookkeeper, adjustmentLimits: dependencies.adjustmentLimits },
          refunds: { database, stripe, catalogue, bookkeeper, processing, nowMillis },
          reconciliations: { database, reconciler: dependencies.reconciler },
          webhookSecrets: { webhookSecrets, secretUses },
          trace: { database, stripe, catalogue, bookkeeper, listing: new StripeListing(stripe) },
        });
        await v1.register(subscriptionRoutes, { database, catalogue });
        await v1.register(portalRoutes, { database, stripe, redirectRules });
      },
      { prefix: apiPrefix },
    );
  });
  describeItself(app);
  return app;
}
