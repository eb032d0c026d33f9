import type pg from 'pg';

/** A connection inside a transaction, or the pool outside of one: whoever can be asked. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}
