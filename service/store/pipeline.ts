import type pg from 'pg';
import { Batch, type Statement } from './batch';
import type { Queryable } from './queryable';

type Result = pg.QueryResult<pg.QueryResultRow>;

/** A statement that waits to be sent, or for its answer. */
interface Asked extends Statement {
  /** Says why a result does not count, and nothing that was sent behind it. */
  readonly objection: (result: Result) => Error | undefined;
  readonly resolve: (result: Result) => void;
  /** @param isAtFault whether it is the one that failed, and not one behind it */
  readonly reject: (reason: unknown, isAtFault: boolean) => void;
}

const noObjection = () => undefined;

/**
 * A connection whose statements go out together: what is asked in one turn of the event loop is one
 * write and has one answer. When one of them fails, those behind it are not done, so that nothing is
 * done outside of a transaction whose BEGIN failed. What is asked meanwhile waits for the answer.
 */
export class Pipeline implements Queryable {
  private readonly waiting: Asked[] = [];
  private isUnderWay = false;
  private abandoned: { readonly reason: unknown } | undefined;

  constructor(private readonly client: pg.ClientBase) {}

  /**
   * @param text a single statement: the extended protocol takes no scripts
   * @param objection says of the result why it fails all the same, and what was sent behind it too
   */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    objection: (result: Result) => Error | undefined = noObjection,
  ): Promise<pg.QueryResult<Row>> {
    if (this.abandoned !== undefined) throw this.abandoned.reason;
    let failedItself = false;
    try {
      return await new Promise<pg.QueryResult>((resolve, fail) => {
        const reject = (reason: unknown, isAtFault: boolean) => {
          failedItself = isAtFault;
          fail(reason);
        };
        this.waiting.push({ text, values, objection, resolve, reject });
        if (this.waiting.length === 1 && !this.isUnderWay) process.nextTick(() => this.send());
      });
    } catch (error) {
      // In place of where the answer was read, as the library does.
      if (failedItself && error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }

  /** From now on nothing is sent; what waits to be fails for this reason, and so does what is asked later. */
  abandon(reason: unknown): void {
    this.abandoned ??= { reason };
    this.refuseWaiting(reason);
  }

  private send(): void {
    const sent = this.waiting.splice(0);
    if (sent.length === 0) return;
    this.isUnderWay = true;
    const batch = new Batch(sent, (results, error) => {
      this.isUnderWay = false;
      const failure = deliver(sent, results, error);
      // It was asked in the belief that these would succeed: it is behind them.
      if (failure !== null) this.refuseWaiting(failure);
      // Those who were answered just now have their say first, so that it goes out together.
      queueMicrotask(() => process.nextTick(() => this.send()));
    });
    this.client.query(batch);
  }

  private refuseWaiting(reason: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(reason, false);
  }
}

/**
 * @param results of those that were done, up to the one that failed with the error
 * @param error null when none did
 * @returns why some of them failed; null when none did
 */
function deliver(sent: readonly Asked[], results: readonly Result[], error: unknown): unknown {
  // One that comes after all of them is the commit's: nothing was done then, or nobody knows.
  const isAboutAll = error !== null && results.length === sent.length;
  let failure = isAboutAll ? error : null;
  for (const [index, { objection, resolve, reject }] of sent.entries()) {
    const result = results[index];
    failure ??= result === undefined ? error : (objection(result) ?? null);
    if (result !== undefined && failure === null) resolve(result);
    else reject(failure, index === results.length);
  }
  return failure;
}
