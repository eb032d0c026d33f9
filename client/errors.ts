import type { Problem, ProblemCode } from './api';

/** Why a request was refused, or why there is no answer: look at `code`. */
export class TollgateError extends Error {
  override readonly name = 'TollgateError';
  /** `unreachable`: there was no answer. `unexpected_answer`: not one of Tollgate's, but a proxy's, say. */
  readonly code: ProblemCode | 'unreachable' | 'unexpected_answer';
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;
  /** The whole answer; undefined where it was none of Tollgate's. */
  readonly problem: Problem | undefined;
  /** Finds the request in Tollgate's log. */
  readonly requestId: string | undefined;
  /** How long to wait before the request is sent again, where the answer says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    about: Pick<TollgateError, 'code' | 'status'> &
      Partial<Pick<TollgateError, 'problem' | 'requestId' | 'retryAfterSeconds'>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = about.code;
    this.status = about.status;
    this.problem = about.problem;
    this.requestId = about.requestId;
    this.retryAfterSeconds = about.retryAfterSeconds;
  }
}

/** @param body as it was parsed */
export function errorOf(response: Response, body: unknown): TollgateError {
  const { status, headers } = response;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const about = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  };
  if (isProblem(body)) {
    const { code, title, detail, fix } = body;
    const message = `${code}: ${detail ?? title}. ${fix}`;
    return new TollgateError(message, { ...about, code, problem: body });
  }
  const seen = typeof body === 'string' && body !== '' ? `: ${body.slice(0, 200)}` : '';
  return new TollgateError(
    `the answer ${status} is none of Tollgate's${seen}; see that baseUrl leads to it`,
    { ...about, code: 'unexpected_answer' },
  );
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'type' in body &&
    'code' in body &&
    body.type === `urn:tollgate:problem:${String(body.code)}`
  );
}
