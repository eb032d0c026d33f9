import { StripeApiError } from '../parameters/errors';
import type { Kind, Row, Table } from '../state/tables';

/** An answer as it went out; `id` is the idempotency key. */
interface IdempotentAnswer extends Row {
  readonly created: number;
  readonly method: string;
  readonly path: string;
  readonly fields: string;
  readonly requestId: string;
  readonly status: number;
  readonly body: string;
}
export const idempotentAnswerKind: Kind<IdempotentAnswer> = { name: 'idempotent_answer' };

type IdempotentRequest = Pick<IdempotentAnswer, 'fields' | 'id' | 'method' | 'path'>;

/** https://docs.stripe.com/api/idempotent_requests: keys are removed after 24 hours at the earliest. */
const keptSeconds = 24 * 60 * 60;
const longestKey = 255;

/** Sees to it that a request which is sent again is not done again. There is one account, so a key is enough. */
export class IdempotencyKeys {
  private readonly inProgress = new Set<string>();

  constructor(
    private readonly answers: Table<IdempotentAnswer>,
    private readonly now: () => number,
  ) {}

  /**
   * The answer of before, or nothing when the request is new: then its key is taken until `finish`.
   * @throws a StripeApiError: 409 while the first is in progress, 400 when the requests differ
   */
  begin(request: IdempotentRequest): IdempotentAnswer | undefined {
    const { id: key } = request;
    if (key.length > longestKey) {
      throw idempotencyError(
        `Idempotency keys can have up to ${longestKey} characters; this one has ${key.length}.`,
      );
    }
    if (this.inProgress.has(key)) {
      throw new StripeApiError(
        409,
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        { type: 'idempotency_error', code: 'idempotency_key_in_use' },
      );
    }
    const known = this.answers.find(key);
    if (known && !this.isForgotten(known)) {
      assertSame(known, request);
      return known;
    }
    this.inProgress.add(key);
    return undefined;
  }

  /**
   * Keeps what was done, declines included. What the parameters ruled out was never begun, so it is
   * not kept and may be sent again, corrected, under the same key.
   */
  keep(
    request: IdempotentRequest,
    answer: Pick<IdempotentAnswer, 'body' | 'requestId' | 'status'>,
  ) {
    const wasDone = answer.status < 300 || answer.status === 402;
    if (wasDone) this.answers.put({ ...request, ...answer, created: this.now() });
  }

  /** The answer is on its way: who comes now is answered, not refused. */
  finish(key: string): void {
    this.inProgress.delete(key);
  }

  /** Forgets the keys of more than a day ago. */
  prune(): void {
    for (const answer of this.answers.oldestFirst()) {
      if (!this.isForgotten(answer)) return;
      this.answers.remove(answer.id);
    }
  }

  private isForgotten({ created }: IdempotentAnswer): boolean {
    return created <= this.now() - keptSeconds;
  }
}

function assertSame(known: IdempotentAnswer, request: IdempotentRequest): void {
  const advice = `Try using a key other than '${known.id}' if you meant to execute a different request.`;
  if (known.path !== request.path || known.method !== request.method) {
    throw idempotencyError(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${known.path}'). ${advice}`,
    );
  }
  if (known.fields !== request.fields) {
    throw idempotencyError(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. ${advice}`,
    );
  }
}

function idempotencyError(message: string): StripeApiError {
  return new StripeApiError(400, message, { type: 'idempotency_error' });
}
