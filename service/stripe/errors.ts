import Stripe from 'stripe';
import { Problem, type ProblemCode } from '../errors';

/** Stripe's error as one of ours, with its cause. https://docs.stripe.com/api/errors */
export function stripeProblem(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const request = error.requestId === undefined ? '' : ` (Stripe request ${error.requestId})`;
  const param = error.param === undefined ? '' : ` [${error.param}]`;
  const said = `${error.message}${connectionFault(error)}`;
  const detail = `${permissionOf(error)}${error.code ?? error.type}${param}: ${said}${request}`;
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

/** Whether Stripe did not take an e-mail address. */
export function isInvalidEmail(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : error;
  return (
    cause instanceof Stripe.errors.StripeInvalidRequestError &&
    (cause.code === 'email_invalid' || cause.param === 'email')
  );
}

/** Whether Stripe said no to what was asked about one object, which says nothing about any other. */
export function isOfOneObject({ code }: Problem): boolean {
  return code === 'stripe_request_rejected' || code === 'stripe_customer_missing';
}

/**
 * Statuses that say "not now", whatever else the answer says: a request that took too long (408), an
 * object that is being changed or the first call under this idempotency key that is still under way
 * (409), what Stripe itself needs and did not get (424), and the rate limit (425, 429).
 * https://docs.stripe.com/api/errors
 */
const passingStatuses: ReadonlySet<number> = new Set([408, 409, 424, 425, 429]);
/** The same, said by a code. */
const passingCodes: ReadonlySet<string> = new Set(['lock_timeout', 'rate_limit']);

function codeOf(error: InstanceType<typeof Stripe.errors.StripeError>): ProblemCode {
  if (isPassing(error)) return 'stripe_unavailable';
  if (error instanceof Stripe.errors.StripeAuthenticationError) return 'stripe_secret_key_rejected';
  if (error instanceof Stripe.errors.StripePermissionError) return 'stripe_permission_missing';
  if (error.code === 'resource_missing' && error.param === 'customer') {
    return 'stripe_customer_missing';
  }
  return 'stripe_request_rejected';
}

function isPassing(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  const { statusCode: status, code = '' } = error;
  if (passingCodes.has(code) || error instanceof Stripe.errors.StripeRateLimitError) return true;
  if (status !== undefined) return passingStatuses.has(status) || status < 400 || status >= 500;
  // No answer of Stripe's has come.
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError
  );
}

/** What stripe-node keeps beside its "An error occurred with our connection to Stripe". */
function connectionFault({ detail }: InstanceType<typeof Stripe.errors.StripeError>): string {
  const fault: unknown = detail;
  return fault instanceof Error ? ` (${fault.message})` : '';
}

/** Stripe names what a restricted key lacks in its message alone, such as rak_customer_write. */
function permissionOf(error: InstanceType<typeof Stripe.errors.StripeError>): string {
  const permission = /\brak_[a-z_]+/.exec(error.message)?.[0];
  return permission === undefined ? '' : `grant ${permission} to the key; `;
}
