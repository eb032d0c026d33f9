import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { asProblem, type FixHints, Problem, type ProblemCode, problems } from '../errors';

declare module 'fastify' {
  interface FastifyInstance {
    /** By code, what is added to the fix of a problem. */
    fixHints: FixHints;
  }
}

/** The body of every answer that is not a success: https://www.rfc-editor.org/rfc/rfc9457 */
const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'Names the kind of problem: urn:tollgate:problem:<code>.' }),
    title: Type.String({ description: 'What the code means; the same for every occurrence.' }),
    status: Type.Integer(),
    code: Type.Unsafe<string>({
      type: 'string',
      enum: Object.keys(problems),
      title: 'ProblemCode',
      description: 'Stable; what a program should look at. Later versions may add some.',
    }),
    detail: Type.Optional(
      Type.String({ description: 'What was seen and what was expected. Absent on 5xx.' }),
    ),
    fix: Type.String({ description: 'What to do.' }),
    unit: Type.Optional(Type.String({ description: 'Of insufficient_funds.' })),
    availableMinor: Type.Optional(
      Type.Integer({ description: 'Of insufficient_funds: what the user has of the unit.' }),
    ),
    sessionId: Type.Optional(
      Type.String({
        description: 'Of checkout_session_expired, already_purchased and purchase_under_way.',
      }),
    ),
    subscriptionId: Type.Optional(Type.String({ description: 'Of already_subscribed.' })),
    scope: Type.Optional(Type.String({ description: 'Of scope_missing: the one that is needed.' })),
    requestId: Type.String({
      description:
        'Find it in the log as reqId; the header X-Request-Id of every answer has it, too.',
    }),
  },
  {
    $id: 'Problem',
    title: 'Problem',
    description: 'Why the request was refused. Some codes have further members, named here.',
    examples: [
      {
        type: 'urn:tollgate:problem:insufficient_funds',
        title: problems.insufficient_funds.title,
        status: problems.insufficient_funds.status,
        code: 'insufficient_funds',
        detail: 'there are 40 credits; 100 were asked for',
        unit: 'credits',
        availableMinor: 40,
        fix: problems.insufficient_funds.fix,
        requestId: '6a1f0c7e-0b1d-4c53-9d1e-0d6f6f6f3c11',
      },
    ],
  },
);

/** What every route that asks for a token may answer. */
export const tokenProblems = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'token_keys_unavailable',
  'secrets_unavailable',
  'rate_limited',
  'overloaded',
] as const satisfies readonly ProblemCode[];

/** What every route that takes a JSON body may answer. */
export const bodyProblems = [
  'malformed_json',
  'validation_failed',
  'body_too_large',
  'unsupported_media_type',
] as const satisfies readonly ProblemCode[];

/** What every route that takes from a balance may answer. */
export const spendingProblems = [
  ...bodyProblems,
  ...tokenProblems,
  'scope_missing',
  'idempotency_key_missing',
  'insufficient_funds',
  'row_locked',
  'database_unavailable',
] as const;

/** What every route that calls Stripe may answer. */
export const stripeProblems = [
  'stripe_secret_key_not_configured',
  'stripe_secret_key_rejected',
  'stripe_account_mismatch',
  'stripe_permission_missing',
  'stripe_unavailable',
  'stripe_customer_missing',
  'stripe_request_rejected',
] as const satisfies readonly ProblemCode[];

/**
 * The answers of a route that are problems, for its schema: one entry per status. A database that can
 * be away can be slow as well.
 */
export function problemsOf(...named: readonly ProblemCode[]) {
  const codes = named.flatMap((code): ProblemCode[] =>
    code === 'database_unavailable' ? [code, 'statement_timed_out'] : [code],
  );
  const statuses = new Set(codes.map((code) => problems[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const ofStatus = codes.filter((code) => problems[code].status === status);
      return [
        status,
        {
          description: ofStatus.map((code) => `${code}: ${problems[code].title}`).join('; '),
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      ];
    }),
  );
}

/** Makes every error of the application, and every unknown path, a problem. */
export function answerWithProblems(app: FastifyInstance, fixHints: FixHints = {}): void {
  app.decorate('fixHints', fixHints);
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    sendProblem(toProblem(error), request, reply),
  );
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0];
    const problem = new Problem('not_found', `there is no ${request.method} ${path}`);
    return sendProblem(problem, request, reply);
  });
}

/** Answers with a problem. What a 5xx means in detail goes to the log and not to the caller. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  const { status } = problems[problem.code];
  if (status >= 500) request.log.error({ err: problem, code: problem.code }, problem.detail);
  else request.log.info({ code: problem.code }, problem.detail);
  if (status === 503) void reply.header('retry-after', '5');
  if (status === 401) void reply.header('www-authenticate', challenge(problem.code));
  if (problem.code === 'scope_missing') {
    const challenge = `Bearer error="insufficient_scope", scope="${problem.members.scope}"`;
    void reply.header('www-authenticate', challenge);
  }
  const hint = request.server?.fixHints?.[problem.code];
  return reply
    .code(status)
    .type('application/problem+json')
    .send(problemBody(problem, request.id, hint));
}

/** The problem as its caller is told it. @param hint how the fix is done where the service runs */
export function problemBody(problem: Problem, requestId: string, hint?: string): string {
  const { status, title, fix } = problems[problem.code];
  return JSON.stringify({
    type: `urn:tollgate:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    ...(status < 500 && { detail: problem.detail, ...problem.members }),
    fix: hint === undefined ? fix : `${fix} ${hint}`,
    requestId,
  });
}

function challenge(code: ProblemCode): string {
  return code === 'token_missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}

/** Fastify's own errors: https://fastify.dev/docs/latest/Reference/Errors/ */
const fastifyCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_VALIDATION: 'validation_failed',
};

/** Any error as a problem, Fastify's own by the table above. */
export function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  const code =
    error instanceof SyntaxError && error.statusCode === 400
      ? 'malformed_json'
      : fastifyCodes[error.code];
  if (code !== undefined) return new Problem(code, error.message, { cause: error });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new Problem('bad_request', error.message, { cause: error });
  }
  return asProblem(error);
}
