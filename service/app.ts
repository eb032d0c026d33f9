import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { CheckoutDependencies } from './checkout/begin';
import { apiPrefix, keepAliveTimeoutSeconds, openApiPath, requestTimeoutSeconds } from './contract';
import type { Receiver } from './inbox/receive';
import type { Log } from './log';
import type { Counter } from './metrics';
import { accountRoutes } from './routes/account';
import { type AdminRoutesOptions, adminRoutes } from './routes/admin/index';
import type { Authenticate } from './routes/authentication';
import { requireCaller } from './routes/caller';
import { catalogueRoutes } from './routes/catalogue';
import { checkoutRoutes } from './routes/checkout';
import { type HealthRoutesOptions, healthRoutes } from './routes/health';
import { holdRoutes } from './routes/holds';
import { acceptIdempotencyKeys } from './routes/idempotency';
import { limitRates, shedLoad } from './routes/load';
import { portalRoutes } from './routes/portal';
import { answerWithProblems, sendProblem, toProblem } from './routes/problem-details';
import type { RedirectRules } from './routes/redirects';
import { spendingRoutes } from './routes/spending';
import { subscriptionRoutes } from './routes/subscriptions';
import { webhookRoutes } from './routes/webhook';

/** All that the application is made of; `main.ts` makes the real ones. */
export interface AppDependencies
  extends CheckoutDependencies,
    HealthRoutesOptions,
    AdminRoutesOptions {
  readonly log: Log;
  readonly authenticate: Authenticate;
  readonly receiver: Receiver;
  readonly counter: Counter;
  readonly webhookPaths: readonly string[];
  readonly stripeMode: 'test' | 'live';
  readonly redirectRules: RedirectRules;
  readonly onCommit: () => void;
  /** Aborted when the process is told to stop. */
  readonly draining: AbortSignal;
  readonly nowMillis: () => number;
}

/** Builds the HTTP application; it listens to nothing yet. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { checks, version } = dependencies;
  const loggerInstance: FastifyBaseLogger = dependencies.log;
  const app = fastify({
    loggerInstance,
    // Two lines a request tell less than the one that each route writes about what it did.
    logController: new LogController({ disableRequestLogging: true }),
    // Unique among tasks, so that one id finds one request in the log.
    genReqId: () => randomUUID(),
    keepAliveTimeout: keepAliveTimeoutSeconds * 1000,
    forceCloseConnections: 'idle',
    requestTimeout: requestTimeoutSeconds * 1000,
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 255 },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => sendProblem(toProblem(error), request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  await app.register(helmet);
  await app.register(swagger, openApi(version.version));
  answerWithProblems(app);
  // A connection that stays open after its answer would keep the process from ending.
  app.addHook('onSend', async (_request, reply) => {
    if (dependencies.draining.aborted) void reply.header('connection', 'close');
  });

  await app.register(healthRoutes, { checks, version });
  await app.register(async (guarded) => {
    await shedLoad(guarded);
    await guarded.register(webhookRoutes, {
      paths: dependencies.webhookPaths,
      receiver: dependencies.receiver,
      secrets: dependencies.webhookSecrets,
      secretUses: dependencies.secretUses,
      counter: dependencies.counter,
      mode: dependencies.stripeMode,
      nowMillis: dependencies.nowMillis,
    });
    await guarded.register(
      async (v1) => {
        await v1.register(cors, {
          origin: [...dependencies.redirectRules.allowedOrigins],
          methods: ['GET', 'POST'],
          exposedHeaders: ['Idempotency-Replayed'],
          strictPreflight: false,
        });
        requireCaller(v1, dependencies.authenticate);
        await limitRates(v1);
        acceptIdempotencyKeys(v1, dependencies.database);
        await v1.register(checkoutRoutes, dependencies);
        await v1.register(catalogueRoutes, dependencies);
        await v1.register(accountRoutes, dependencies);
        await v1.register(spendingRoutes, dependencies);
        await v1.register(holdRoutes, dependencies);
        await v1.register(adminRoutes, { ...dependencies, prefix: '/admin' });
        await v1.register(subscriptionRoutes, dependencies);
        await v1.register(portalRoutes, dependencies);
      },
      { prefix: apiPrefix },
    );
  });
  app.get(openApiPath, { schema: { hide: true } }, () => app.swagger());
  return app;
}

function openApi(version: string) {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tollgate',
        description:
          'Stripe checkout and customer balances. Amounts are integers of minor units. Every ' +
          'answer that is not a success is an RFC 9457 problem with a stable code.',
        version,
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
      security: [{ bearer: [] }],
    },
  };
}
