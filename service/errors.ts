import { type ProblemDefinition, requestProblems } from './request-problems';

/**
 * Every error that a caller can meet: its stable code, its status, what it means and what to do
 * about it. Answers are RFC 9457 problem details (https://www.rfc-editor.org/rfc/rfc9457).
 */

export const problems = {
  ...requestProblems,

  // Stripe's deliveries
  stripe_signature_missing: {
    status: 400,
    title: 'The Stripe-Signature header is missing',
    fix: 'Only Stripe delivers to this path; send test events with `stripe trigger`.',
  },
  stripe_signature_malformed: {
    status: 400,
    title: 'The Stripe-Signature header cannot be read',
    fix: 'Pass the header on unchanged: t=<seconds>,v1=<hexadecimal HMAC-SHA256>.',
  },
  stripe_signature_mismatch: {
    status: 400,
    title: 'The signature matches none of the webhook secrets',
    fix: 'Set STRIPE_WEBHOOK_SECRET to the signing secret of the endpoint that delivers here, several separated by commas (`stripe listen --print-secret` shows its own), and pass the body on unchanged.',
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
    title: 'The database cannot be reached',
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
    title: 'Secrets Manager cannot be asked',
    fix: 'Operators: the log names the secret and the reason.',
  },
  token_keys_unavailable: {
    status: 503,
    title: 'The keys that verify tokens cannot be fetched',
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
    title: 'Stripe cannot be reached or is limiting our rate',
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

/** All of them. */
export const problemCodes = Object.keys(problems) as readonly ProblemCode[];

/** What is added to the fixes of some, by whoever runs the service: how it is done there. */
export type FixHints = Readonly<Partial<Record<ProblemCode, string>>>;

type ProblemMembers = Readonly<Record<string, string | number>>;

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
