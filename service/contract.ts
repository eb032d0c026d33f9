/**
 * What the infrastructure and the service must agree on: names, paths and times that stand in the
 * task definition and the listeners on one side and in the running process on the other. Both sides
 * import this file and nothing else of each other, so it imports nothing itself.
 */

/** The names of the environment variables that the service reads; their meaning is in `config.ts`. */
export const environmentVariables = {
  host: 'HOST',
  port: 'PORT',
  databaseUrl: 'DATABASE_URL',
  databaseSecretArn: 'DATABASE_SECRET_ARN',
  databasePoolMax: 'DATABASE_POOL_MAX',
  databaseMayPause: 'DATABASE_MAY_PAUSE',
  stripeSecretKey: 'STRIPE_SECRET_KEY',
  stripeSecretKeyArn: 'STRIPE_SECRET_KEY_ARN',
  stripeWebhookSecret: 'STRIPE_WEBHOOK_SECRET',
  stripeWebhookSecretArn: 'STRIPE_WEBHOOK_SECRET_ARN',
  stripeApiBase: 'STRIPE_API_BASE',
  stripeMode: 'STRIPE_MODE',
  stripeCurrency: 'STRIPE_CURRENCY',
  jwtAccessTokenSecret: 'JWT_ACCESS_TOKEN_SECRET',
  jwtAccessTokenSecretArn: 'JWT_ACCESS_TOKEN_SECRET_ARN',
  jwtJwksUrl: 'JWT_JWKS_URL',
  publicBaseUrl: 'PUBLIC_BASE_URL',
  successPath: 'SUCCESS_PATH',
  cancelPath: 'CANCEL_PATH',
  allowedOrigins: 'ALLOWED_ORIGINS',
  webhookPaths: 'WEBHOOK_PATHS',
  billingEventsTopicArn: 'BILLING_EVENTS_TOPIC_ARN',
  stripeEventQueueUrl: 'STRIPE_EVENT_QUEUE_URL',
  stripeEventDeadLetterQueueUrl: 'STRIPE_EVENT_DEAD_LETTER_QUEUE_URL',
  catalogueFile: 'CATALOGUE_FILE',
  catalogueArn: 'CATALOGUE_ARN',
  adapters: 'ADAPTERS',
  checkout: 'CHECKOUT',
  processing: 'PROCESSING',
  foreignSessions: 'FOREIGN_SESSIONS',
  foreignUserKeys: 'FOREIGN_USER_KEYS',
  secretsVersion: 'SECRETS_VERSION',
  environmentName: 'ENVIRONMENT_NAME',
  adjustmentApprovalAbove: 'ADJUSTMENT_APPROVAL_ABOVE',
  jwtIssuer: 'JWT_ISSUER',
  jwtAudience: 'JWT_AUDIENCE',
  jwtUserClaim: 'JWT_USER_CLAIM',
  fixHints: 'FIX_HINTS',
  logLevel: 'LOG_LEVEL',
} as const;

/**
 * What the switches may be set to; the first of each is the default.
 *
 * - `checkout`: `off` stops selling: new checkouts are answered 503, all else goes on.
 * - `processing`: `paused` records events and handles none until it is `on` again.
 * - `foreignSessions`: `credit` also credits sessions that something else created in the same Stripe
 *   account, if their metadata names a user.
 * - `secretsVersion`: `previous` prefers the previous version of each secret (AWSPREVIOUS).
 */
export const switchValues = {
  checkout: ['on', 'off'],
  processing: ['on', 'paused'],
  foreignSessions: ['ignore', 'credit'],
  secretsVersion: ['current', 'previous'],
} as const;

/** The contracts of other systems that the service can speak beside its own; none unless asked for. */
export const adapterNames = ['topups', 'checkout-session', 'payment-intent', 'credits'] as const;

const listOf = (item: string) => `${item}( *, *${item})*`;

/**
 * What a deployer may set in an environment file as it is written here, with what it must look like;
 * docs/configuration.md has the meaning of each.
 */
export const deployerVariables = {
  ADAPTERS: `^${listOf(`(${adapterNames.join('|')})`)}$`,
  // Each unit once.
  ADJUSTMENT_APPROVAL_ABOVE: `^(?!.*\\b([a-z]+) *:.*\\b\\1 *:)${listOf('([a-z]{3}|credits) *: *\\d{1,15}')}$`,
  // Without what a policy takes for a pattern: the task may read what is named, and nothing else.
  CATALOGUE_ARN:
    '^arn:aws[a-z-]*:(s3:::[a-z0-9][a-z0-9.-]{2,62}/[^\\s*?$]{1,1024}|ssm:[a-z0-9-]+:\\d{12}:parameter/[A-Za-z0-9._/-]{1,1011})$',
  FOREIGN_USER_KEYS: '^[\\x21-\\x7e ]{1,500}$',
  JWT_USER_CLAIM: '^[\\x21-\\x7e ]{1,500}$',
} as const;

/** The currencies that a top-up may be in; `ledger/money.ts` has the smallest charge of each. */
export const currencies = [
  'aed',
  'aud',
  'brl',
  'cad',
  'chf',
  'czk',
  'dkk',
  'eur',
  'gbp',
  'hkd',
  'huf',
  'inr',
  'jpy',
  'mxn',
  'myr',
  'nok',
  'nzd',
  'pln',
  'ron',
  'sek',
  'sgd',
  'thb',
  'usd',
] as const;

/** The path of a page for buyers: ours is put behind it as a query, so that it has none. */
export const pagePathPattern = '^/(?!/)[A-Za-z0-9._~/-]*$';

/** The paths that the contracts of `adapterNames` take. */
export const adapterPaths = [
  '/api/billing/topups/checkout',
  '/api/billing/account',
  '/billing/checkout-session',
  '/stripe/payment-intent',
  '/api/credits/purchase',
  '/api/credits/session',
] as const;

/** The sales catalogue that applies unless an environment names another; a path from the root. */
export const defaultCatalogueFile = 'catalogue/default.json';

/**
 * The service's own metrics, written to the log in CloudWatch's embedded metric format under one
 * dimension, the name of project and environment (`tollgate-prod`), since projects may share an account
 * and a region. Counts are per occurrence; the others are readings, taken once a minute by each task,
 * but for the trial balance: that is read by the nightly reconciliation alone.
 */
export const metricsNamespace = 'Tollgate';
export const metricsDimension = 'Environment';
export const metrics = {
  /** Count: events that were accepted, by whichever way in. */
  eventsReceived: 'EventsReceived',
  /** Count: deliveries to the webhook that were refused (400). */
  webhooksRejected: 'WebhooksRejected',
  /** Count: requests that came to the load balancer without TLS, which redirects them unless port 80 is open. */
  plainHttpRequests: 'PlainHttpRequests',
  /** Count: deliveries that only the previous webhook secret verified. */
  previousSecretSignatures: 'PreviousSecretSignatures',
  /** Count: events whose API version is not the one that this code was written against. */
  apiVersionDrift: 'ApiVersionDrift',
  /** Count: payments refused because the amount or the currency is not what was sold. */
  amountMismatches: 'AmountMismatches',
  /** Count: envelopes of the queue that could not be read and went to the dead-letter queue. */
  unreadableEnvelopes: 'UnreadableEnvelopes',
  /** Count: differences between Stripe's objects and the ledger that could not be repaired. */
  reconciliationDifferences: 'ReconciliationDifferences',
  /** Count: runs of a reconciliation that failed; each is tried again. */
  reconciliationsFailed: 'ReconciliationsFailed',
  /** Reading: events given up as failed. */
  eventsFailed: 'EventsFailed',
  /** Reading, in seconds: how long the oldest pending event has waited. */
  oldestPendingEventSeconds: 'OldestPendingEventSeconds',
  /** Reading, in seconds: how long the oldest unpublished message has waited. */
  outboxLagSeconds: 'OutboxLagSeconds',
  /** Reading: messages that could not be published and were set aside. */
  messagesSetAside: 'MessagesSetAside',
  /** Reading: 1 while what is stored as the catalogue cannot be sold, and the last good one is; else 0. */
  catalogueRefused: 'CatalogueRefused',
  /** Reading: accounts whose materialised balance is not the sum of their transfers. */
  trialBalanceDifferences: 'TrialBalanceDifferences',
} as const;

/**
 * What the ids of users begin with whose purchases are simulated: `ops smoke` has them paid and refunded
 * by events of its own, of which Stripe knows nothing. Reconciliation asks for none of them.
 */
export const smokeUserPrefix = 'tollgate:smoke:';

/** The port that the container listens on and the target group forwards to. */
export const servicePort = 8080;

/** Liveness: the process serves. Always open, in an emergency and under maintenance too. */
export const healthPath = '/health';

/** Started once, and never back: what the load balancer asks, so that deployments wait for it. */
export const startedPath = '/started';

/** Readiness: what dashboards and people ask. */
export const readyPath = '/ready';

/** Which version runs. */
export const versionPath = '/version';

/** The description of the API. */
export const openApiPath = '/openapi.json';

/** What every route of the API begins with. */
export const apiPrefix = '/v1';

/** The service's own paths outside of the API and the webhooks: nobody else can have them on its host. */
export const openPaths = [healthPath, startedPath, readyPath, versionPath, openApiPath] as const;

/** Where Stripe delivers unless an environment names other paths as well. */
export const defaultWebhookPath = '/webhooks/stripe';

/**
 * How long the load balancer lets requests in flight finish on a task that is being deregistered.
 * No request of ours takes longer than the 25 s that one call to Stripe may take with its retries.
 */
export const deregistrationDelaySeconds = 30;

/**
 * How long ECS waits between SIGTERM and SIGKILL. It must exceed `drainTimeoutSeconds`, so that the
 * process ends by itself, with its last log line written.
 */
export const stopTimeoutSeconds = 60;

/** How long the service itself waits for open requests and loops before it exits regardless. */
export const drainTimeoutSeconds = 45;

/**
 * How long the service keeps an idle connection open. It must exceed the load balancer's idle
 * timeout, or the balancer may send a request into a connection that is just being closed (a 502).
 */
export const keepAliveTimeoutSeconds = 75;

/** How long a request may take to arrive in full. */
export const requestTimeoutSeconds = 20;

/**
 * How long open requests are waited for before their connections are cut. It exceeds the 25 s that a
 * request of ours takes at most, so that it cuts only those whose client never finishes; and it is
 * shorter than `drainTimeoutSeconds`, so that all else is ended in good order after it.
 */
export const openRequestsTimeoutSeconds = 30;

/** The load balancer's idle timeout. */
export const loadBalancerIdleTimeoutSeconds = 60;
