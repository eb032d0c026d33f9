import type pg from 'pg';

/** A connection inside a transaction, or the pool outside of one: whoever can be asked. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    statement: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/** A connection inside a transaction that knows what waits for its commit. */
export interface Transaction extends Queryable {
  /**
   * Calls back once the transaction is known to have committed; never when it rolled back, and not
   * when the answer to COMMIT was lost, so it must be something that somebody else also looks for.
   */
  afterCommit(callback: () => void): void;
  /**
   * Takes a statement that was asked and that nothing else rests on: it is waited for here, or in a
   * pipelined transaction together with the COMMIT. When it fails, so does the transaction, with its
   * error. Of several, all must have been asked by now: what is asked later comes behind the COMMIT.
   */
  withCommit(statement: Promise<unknown>): Promise<void>;
}
