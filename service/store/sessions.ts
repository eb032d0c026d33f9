import type { Duplex } from 'node:stream';
import pg from 'pg';
import { Problem } from '../errors';
import type { Queryable } from './queryable';

/** Stripe's checkout waits 10 s for the webhook's answer; no statement may take that long. */
const statementTimeoutMillis = 5_000;
/** A row that somebody holds for longer is that row's problem, and not the database's. */
const lockTimeoutMillis = 1_000;
/** Longer than the server's own limit: it ends a connection whose server is there but silent. */
const queryTimeoutMillis = 7_000;
const connectionTimeoutMillis = 3_000;

/**
 * What each transaction begins with, in one message and so in one round trip. The settings are the
 * transaction's own: a pooler in between (PgBouncer, RDS Proxy) refuses them as parameters of the
 * start-up, and would give those of a session to somebody else's.
 */
const settings = [
  'begin',
  `set local tollgate.transaction = 'begun'`, // see `isInTransaction`
  `set local statement_timeout = ${statementTimeoutMillis}`,
  `set local lock_timeout = ${lockTimeoutMillis}`,
  `set local idle_in_transaction_session_timeout = ${statementTimeoutMillis * 2}`,
];
/** Its answer says whether this server takes writes: one that was demoted does not. */
const asksReadOnly = 'show transaction_read_only';

/**
 * SQL that is true in a transaction that has begun as ours do. What is sent right behind its BEGIN
 * asks for it: if the BEGIN failed, each statement would be a transaction of its own.
 */
export const isInTransaction = `current_setting('tollgate.transaction', true) is not distinct from 'begun'`;

const readOnlyTransaction = '25006';

/**
 * The connections to one database, each transaction of which runs under our timeouts and, once it is
 * there, under the service's role. Connections to a server that takes no writes any more are given
 * up, all of them at the first that says so: the others lead to the same server.
 */
export class Sessions {
  private readonly pool: pg.Pool;
  private generation = 0;
  private beginning = [...settings, asksReadOnly];
  private readonly generations = new WeakMap<pg.PoolClient, number>();

  constructor(
    config: pg.PoolConfig & { readonly max: number },
    onConnectionLost: (error: Error) => void,
  ) {
    this.pool = new pg.Pool({
      ...config,
      pipeline: true,
      connectionTimeoutMillis,
      query_timeout: queryTimeoutMillis,
      keepAlive: true,
      application_name: 'tollgate',
    });
    this.pool.on('error', onConnectionLost);
    this.pool.on('connect', (client) => this.generations.set(client, this.generation));
  }

  /** From the next transaction on, all of them run under this role. */
  assume(role: string): void {
    this.beginning = [...settings, `set local role ${pg.escapeIdentifier(role)}`, asksReadOnly];
  }

  async connect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.pool.connect();
      if (this.generations.get(client) === this.generation) return client;
      client.release(true);
    }
  }

  /** @throws Problem `database_unavailable` when this server takes no writes */
  async begin(client: Queryable): Promise<void> {
    const results = asArray(await client.query(this.beginning.join('; ')));
    if (isReadOnly(results.at(-1))) throw readOnly();
  }

  /** @param error what went wrong with the connection itself, or with its transaction */
  release(client: pg.PoolClient, broken: Error | undefined, error?: unknown): void {
    const isDemoted = isReadOnlyError(error);
    if (isDemoted) this.renew();
    client.release(isDemoted || broken);
  }

  /** One statement in a transaction of its own, in one round trip. */
  async query<Row extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const client = await this.connect();
    let broken: Error | undefined;
    const onLost = (error: Error) => {
      broken = error;
    };
    client.on('error', onLost);
    try {
      const { begun, result } =
        typeof statement === 'string' && values === undefined
          ? await this.inOneMessage<Row>(client, statement)
          : await this.inThree<Row>(sendingTogether(client), statement, values);
      // What was read is right; the next one who reads or writes gets a connection of today's.
      if (isReadOnly(begun)) broken = readOnly();
      return result;
    } catch (error) {
      broken ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.off('error', onLost);
      this.release(client, broken, broken);
    }
  }

  async end(): Promise<void> {
    await this.pool.end();
  }

  private async inOneMessage<Row extends pg.QueryResultRow>(
    client: pg.PoolClient,
    statement: string,
  ) {
    const text = `${this.beginning.join('; ')}; ${statement}\n; commit`;
    const results = asArray(await client.query<Row>(text));
    const begun = results[this.beginning.length - 1];
    return { begun, result: results.at(-2) as pg.QueryResult<Row> };
  }

  /** Sent together. A BEGIN that fails lets the statement fail, or commit by itself, as it is to. */
  private async inThree<Row extends pg.QueryResultRow>(
    client: Queryable,
    statement: string | pg.QueryConfig,
    values: unknown[] | undefined,
  ) {
    const [begun, result, committed] = await Promise.allSettled([
      client.query(this.beginning.join('; ')),
      client.query<Row>(statement, values),
      client.query('commit'),
    ]);
    if (begun.status === 'rejected') throw begun.reason;
    if (result.status === 'rejected') throw result.reason;
    if (committed.status === 'rejected') throw committed.reason;
    return { begun: asArray(begun.value).at(-1), result: result.value };
  }

  /** All connections that there are now are replaced when they are next asked for. */
  private renew(): void {
    this.generation += 1;
  }
}

/** What the types of the library leave out of its clients. */
interface Connected {
  readonly connection: { readonly stream: Duplex };
}

/**
 * Sends what is asked in one turn of the event loop by one write. The library makes one for each
 * statement, each of which costs both sides a call of the kernel and a packet.
 */
export function sendingTogether(client: pg.PoolClient): Queryable {
  return {
    query(statement: string | pg.QueryConfig, values?: unknown[]) {
      const { stream } = (client as unknown as Connected).connection;
      if (stream.writableCorked === 0) {
        stream.cork();
        process.nextTick(() => stream.uncork());
      }
      return client.query(statement, values);
    },
  };
}

/** The library answers several statements with an array, which its types do not know. */
function asArray<Row extends pg.QueryResultRow>(
  results: pg.QueryResult<Row>,
): pg.QueryResult<Row>[] {
  return Array.isArray(results) ? results : [results];
}

function isReadOnly(shown: pg.QueryResult<pg.QueryResultRow> | undefined): boolean {
  return shown?.rows[0]?.transaction_read_only === 'on';
}

/** The server that we are connected to takes no writes. */
export class ReadOnlyProblem extends Problem {}

function readOnly(): Problem {
  return new ReadOnlyProblem(
    'database_unavailable',
    'this server takes no writes: it was demoted by a failover, or somebody has set ' +
      'default_transaction_read_only; its connections are given up',
  );
}

function isReadOnlyError(error: unknown): boolean {
  return (
    error instanceof ReadOnlyProblem ||
    (error instanceof Error && 'code' in error && error.code === readOnlyTransaction)
  );
}
