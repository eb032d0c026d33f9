import Stripe from 'stripe';
import { Problem, type ProblemCode } from '../errors';

/** Stripe's error as one of ours, with its cause. https://docs.stripe.com/api/errors */
export function stripeProblem(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const request = error.requestId === undefined ? '' : ` (Stripe request ${error.requestId})`;
  const param = error.param === undefined ? '' : ` [${error.param}]`;
  const detail = `${permissionOf(error)}${error.code ?? error.type}${param}: ${error.message}${request}`;
  return new Problem(codeOf(error), detail, { cause: error });
}

/** Whether Stripe has no object of the id that it was asked for. */
export function isResourceMissing(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : error;
  return (
    cause instanceof Stripe.errors.StripeInvalidRequestError &&
    cause.statusCode === 404 &&
    cause.code === 'resource_missing'
  );
}

function codeOf(error: InstanceType<typeof Stripe.errors.StripeError>): ProblemCode {
  if (error instanceof Stripe.errors.StripeAuthenticationError) return 'stripe_secret_key_rejected';
  if (error instanceof Stripe.errors.StripePermissionError) return 'stripe_permission_missing';
  if (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeAPIError ||
    // The first call under this idempotency key is still under way.
    error.statusCode === 409
  ) {
    return 'stripe_unavailable';
  }
  if (error.code === 'resource_missing' && error.param === 'customer') {
    return 'stripe_customer_missing';
  }
  return 'stripe_request_rejected';
}

/** Stripe names what a restricted key lacks in its message alone, such as rak_customer_write. */
function permissionOf(error: InstanceType<typeof Stripe.errors.StripeError>): string {
  const permission = /\brak_[a-z_]+/.exec(error.message)?.[0];
  return permission === undefined ? '' : `grant ${permission} to the key; `;
}
