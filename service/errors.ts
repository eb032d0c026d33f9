/**
 * Every error that a caller can meet: its stable code, its status, what it means and what to do
 * about it. Answers are RFC 9457 problem details (https://www.rfc-editor.org/rfc/rfc9457).
 */

interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly fix: string;
}

export const problems = {
  // What the caller sent
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    fix: 'Send one JSON object, encoded as UTF-8.',
  },
  validation_failed: {
    status: 400,
    title: 'The request does not have the expected shape',
    fix: 'Compare the request with its schema in /openapi.json.',
  },
  bad_request: {
    status: 400,
    title: 'The request could not be read',
    fix: 'Send a well-formed HTTP request as described in /openapi.json.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    fix: 'Send at most 1 MiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not JSON',
    fix: 'Send the header Content-Type: application/json.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this path',
    fix: 'Compare the path with those in /openapi.json.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed on this path',
    fix: 'Use one of the methods named in the Allow header.',
  },
  currency_not_supported: {
    status: 422,
    title: 'This currency can not be topped up',
    fix: 'Use one of the currencies named in the detail, or add this one to STRIPE_CURRENCY.',
  },
  amount_below_minimum: {
    status: 422,
    title: 'The amount is below the minimum of its currency',
    fix: 'Send an amount, in minor units, within the bounds named in the detail.',
  },
  amount_above_maximum: {
    status: 422,
    title: 'The amount is above the maximum of one charge',
    fix: 'Send an amount, in minor units, within the bounds named in the detail.',
  },
  package_unknown: {
    status: 422,
    title: 'There is no such package',
    fix: 'Send the id of one of the packages that GET /v1/catalogue shows.',
  },
  price_unknown: {
    status: 422,
    title: 'There is no such price',
    fix: 'Send an id of a price in the Stripe account, or a lookup key that GET /v1/catalogue shows.',
  },
  price_inactive: {
    status: 422,
    title: 'This price is not for sale any more',
    fix: "Send another price, or make this one and its product active in Stripe's dashboard.",
  },
  redirect_url_not_allowed: {
    status: 422,
    title: 'The buyer may not be sent to this URL',
    fix: 'Use a URL whose origin is that of PUBLIC_BASE_URL or is listed in ALLOWED_ORIGINS.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    fix: 'Send the body of before to the same path, or use a new key for a new request.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still under way',
    fix: 'Send the request again in a few seconds: its answer will be that of the first.',
  },
  checkout_session_expired: {
    status: 409,
    title: 'The session that this Idempotency-Key began has expired',
    fix: 'Read GET /v1/checkout/sessions/{id} with the sessionId; unless it was paid, begin another under a new key.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'The Idempotency-Key header is missing',
    fix: 'Name the request by a text of your own, such as a UUID, and repeat it under the same one.',
  },
  insufficient_funds: {
    status: 409,
    title: 'The user does not have that much',
    fix: 'Ask for no more than availableMinor of this unit, or let the user top up first.',
  },
  hold_not_found: {
    status: 404,
    title: 'This user has no such hold',
    fix: 'Use the id from the answer that placed the hold, for the same user.',
  },
  hold_expired: {
    status: 409,
    title: 'The hold has expired',
    fix: 'Place a new hold, with a longer expiresInSeconds if need be.',
  },
  hold_already_captured: {
    status: 409,
    title: 'The hold was captured before',
    fix: 'Read the hold: what was captured stays so, and the rest has gone back.',
  },
  hold_already_released: {
    status: 409,
    title: 'The hold was released before',
    fix: 'Place a new hold.',
  },
  capture_exceeds_hold: {
    status: 422,
    title: 'More is to be captured than is held',
    fix: 'Capture what is held at most, and spend the rest.',
  },

  // What an administrator asked for
  event_not_found: {
    status: 404,
    title: 'No such event has been recorded',
    fix: 'List events with GET /v1/admin/events; take one in that was missed with POST /v1/admin/reconciliations.',
  },
  event_payload_pruned: {
    status: 409,
    title: 'The payload of the event is no longer kept',
    fix: 'Run POST /v1/admin/reconciliations for objects since the day of the event instead.',
  },
  message_not_found: {
    status: 404,
    title: 'No such message is in the outbox',
    fix: 'Use the position of a message from GET /v1/admin/outbox.',
  },
  message_not_set_aside: {
    status: 409,
    title: 'The message has not been set aside',
    fix: 'Leave it: what waits is published by itself, and what was published stays so.',
  },
  reconciliation_not_found: {
    status: 404,
    title: 'No such reconciliation is recorded',
    fix: 'List the last ones with GET /v1/admin/reconciliations; they are kept for 30 days.',
  },
  reconciliation_running: {
    status: 409,
    title: 'A reconciliation of this kind is under way',
    fix: 'Wait for it to end (GET /v1/admin/reconciliations), then begin another if need be.',
  },
  processing_paused: {
    status: 409,
    title: 'The handling of events is paused',
    fix: 'Deploy with processing=on, which sets PROCESSING, then repeat the request.',
  },

  // Who the caller is
  token_missing: {
    status: 401,
    title: 'There is no bearer token',
    fix: 'Send the header Authorization: Bearer <JWT>.',
  },
  token_invalid: {
    status: 401,
    title: 'The bearer token is not valid',
    fix: 'Send a JWT whose sub is the user, signed with the configured secret or key set.',
  },
  token_expired: {
    status: 401,
    title: 'The bearer token has expired',
    fix: 'Obtain a new token and send the request again.',
  },
  scope_missing: {
    status: 403,
    title: 'The token lacks a scope',
    fix: "Send a token whose scope has what the detail names, or leave out another user's userId.",
  },
  customer_not_found: {
    status: 404,
    title: 'This user has no Stripe customer',
    fix: 'Open the portal once the user has begun a checkout: that makes the customer.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    fix: 'Send the request again after the seconds in the Retry-After header.',
  },
  checkout_session_not_found: {
    status: 404,
    title: 'This user has no such checkout session',
    fix: 'Use the id from the answer that created the session, with the token of the same user.',
  },

  // Stripe's deliveries
  stripe_signature_missing: {
    status: 400,
    title: 'The Stripe-Signature header is missing',
    fix: 'Only Stripe delivers to this path; send test events with `stripe trigger`.',
  },
  stripe_signature_malformed: {
    status: 400,
    title: 'The Stripe-Signature header can not be read',
    fix: 'Pass the header on unchanged: t=<seconds>,v1=<hexadecimal HMAC-SHA256>.',
  },
  stripe_signature_mismatch: {
    status: 400,
    title: 'The signature matches none of the webhook secrets',
    fix: 'Set STRIPE_WEBHOOK_SECRET to the signing secret of the endpoint that delivers here, and pass the body on unchanged.',
  },
  stripe_signature_expired: {
    status: 400,
    title: 'The signature is too old',
    fix: "Deliver again (Stripe signs each attempt anew), and check both machines' clocks.",
  },
  stripe_signature_from_future: {
    status: 400,
    title: 'The signature is from the future',
    fix: "Check both machines' clocks.",
  },
  stripe_event_malformed: {
    status: 400,
    title: 'The signed body is not a Stripe event',
    fix: 'Deliver snapshot events: {"id": "evt_…", "object": "event", "type", "data": {"object"}}.',
  },
  stripe_event_wrong_mode: {
    status: 400,
    title: 'The event is of the other Stripe mode',
    fix: 'Deliver live events to the live environment and test events to the others.',
  },

  // What we could not do
  database_unavailable: {
    status: 503,
    title: 'The database can not be reached',
    fix: 'Send the request again shortly; operators: see /ready and the log.',
  },
  row_locked: {
    status: 503,
    title: 'Somebody else is changing the same thing',
    fix: 'Send the request again shortly.',
  },
  statement_timed_out: {
    status: 503,
    title: 'The database took too long',
    fix: 'Send the request again shortly; operators: see the log for the statement.',
  },
  overloaded: {
    status: 503,
    title: 'The service has more to do than it can take on',
    fix: 'Send the request again shortly.',
  },
  secrets_unavailable: {
    status: 503,
    title: 'Secrets Manager can not be asked',
    fix: 'Operators: the log names the secret and the reason.',
  },
  token_keys_unavailable: {
    status: 503,
    title: 'The keys that verify tokens can not be fetched',
    fix: 'Send the request again shortly; operators: check JWT_JWKS_URL from where the service runs.',
  },
  checkout_disabled: {
    status: 503,
    title: 'Nothing is sold at the moment',
    fix: 'Operators: set checkout to on for this environment and deploy, to sell again.',
  },
  stripe_secret_key_not_configured: {
    status: 503,
    title: 'STRIPE_SECRET_KEY not configured',
    fix: 'Operators: store a key that begins with sk_ or rk_ in its secret, then redeploy.',
  },
  stripe_secret_key_rejected: {
    status: 503,
    title: 'Stripe rejected STRIPE_SECRET_KEY',
    fix: 'Operators: store a key that is not revoked in its secret, then redeploy.',
  },
  stripe_account_mismatch: {
    status: 503,
    title: 'STRIPE_SECRET_KEY is of another Stripe account',
    fix: "Operators: store a key of the account that this database's customers are in, then redeploy; if that account's test data was deleted, begin with an empty database.",
  },
  stripe_permission_missing: {
    status: 503,
    title: 'STRIPE_SECRET_KEY lacks a permission',
    fix: 'Operators: the log names the permission; grant it to the restricted key.',
  },
  stripe_unavailable: {
    status: 503,
    title: 'Stripe can not be reached or is limiting our rate',
    fix: 'Send the request again shortly.',
  },
  stripe_customer_missing: {
    status: 502,
    title: 'Stripe no longer has the customer of this user',
    fix: 'Send the request again: a new customer takes its place.',
  },
  stripe_request_rejected: {
    status: 502,
    title: 'Stripe did not accept our request',
    fix: 'Operators: the log names the parameter and the reason.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side',
    fix: 'Operators: look the request id up in the log.',
  },
} as const satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof problems;

export type ProblemMembers = Readonly<Record<string, string | number>>;

/** An error with a place in the table above; thrown where it arises, answered in one place. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Further members of the answer, for programs (RFC 9457, section 3.2). */
  readonly members: ProblemMembers;

  /**
   * @param detail what was seen and what was expected. It is shown to the caller of a 4xx and only
   * logged on a 5xx, so it may name a cause but never a secret.
   */
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    options?: { cause?: unknown; members?: ProblemMembers },
  ) {
    super(detail, options);
    this.status = problems[code].status;
    this.members = options?.members ?? {};
  }
}

/** The problem in an error, or `internal_error` with the error as its cause. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem('internal_error', detail, { cause: error });
}
