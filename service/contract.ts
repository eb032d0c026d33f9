/**
 * What the infrastructure and the service must agree on: names, paths and times that stand in the
 * task definition and the listeners on one side and in the running process on the other. Both sides
 * import this file and nothing else of each other, so it imports nothing itself.
 */

/** The names of the environment variables that the service reads; their meaning is in `config.ts`. */
export const environmentVariables = {
  port: 'PORT',
  databaseUrl: 'DATABASE_URL',
  databaseSecretArn: 'DATABASE_SECRET_ARN',
  databasePoolMax: 'DATABASE_POOL_MAX',
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
  allowedOrigins: 'ALLOWED_ORIGINS',
  webhookPaths: 'WEBHOOK_PATHS',
  billingEventsTopicArn: 'BILLING_EVENTS_TOPIC_ARN',
  logLevel: 'LOG_LEVEL',
} as const;

/** The port that the container listens on and the target group forwards to. */
export const servicePort = 8080;

/** Liveness: what the load balancer and the container's own health check ask. */
export const healthPath = '/health';

/** Readiness: what deployments, dashboards and people ask. */
export const readyPath = '/ready';

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
