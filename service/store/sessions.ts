import pg from 'pg';
import { Problem } from '../errors';
import { Pipeline } from './pipeline';

/** Stripe's checkout waits 10 s for the webhook's answer; no statement may take that long. */
const statementTimeoutMillis = 5_000;
/** A row that somebody holds for longer is that row's problem, and not the database's. */
const lockTimeoutMillis = 1_000;
/** Of all that goes out together. It ends a connection whose server is there but silent. */
const queryTimeoutMillis = 7_000;
const connectionTimeoutMillis = 3_000;

/**
 * What each transaction begins with, and of which its answer says whether this server takes writes: one
 * that was demoted does not. The settings are the transaction's own: a pooler in between (PgBouncer, RDS
 * Proxy) refuses them as parameters of the start-up, and would give those of a session to somebody else's.
 */
const beginning = (role?: string) => {
  const settings = {
    statement_timeout: statementTimeoutMillis,
    lock_timeout: lockTimeoutMillis,
    idle_in_transaction_session_timeout: statementTimeoutMillis * 2,
    ...(role === undefined ? {} : { role }),
  };
  const set = Object.entries(settings).map(
    ([name, value]) => `set_config('${name}', ${pg.escapeLiteral(String(value))}, true)`,
  );
  return `select current_setting('transaction_read_only') as transaction_read_only, ${set.join(', ')}`;
};

const readOnlyTransaction = '25006';

/** https://www.postgresql.org/docs/current/transaction-iso.html */
export type Isolation = 'read committed' | 'repeatable read';

/**
 * The connections to one database, each transaction of which runs under our timeouts and, once it is
 * there, under the service's role. Connections to a server that takes no writes any more are given
 * up, all of them at the first that says so: the others lead to the same server.
 */
export class Sessions {
  private readonly pool: pg.Pool;
  private generation = 0;
  private beginning = beginning();
  private readonly generations = new WeakMap<pg.PoolClient, number>();

  constructor(
    config: pg.PoolConfig & { readonly max: number },
    onConnectionLost: (error: Error) => void,
  ) {
    this.pool = new pg.Pool({
      ...config,
      // What takes too long then ends its connection, and does not hold up the rollback behind it.
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
    this.beginning = beginning(role);
  }

  /** Lends a connection for a transaction; one that fails is rolled back. */
  async lend<Result>(use: (connection: pg.PoolClient) => Promise<Result>): Promise<Result> {
    return this.onConnection(async (connection, giveUp) => {
      try {
        return await use(connection);
      } catch (error) {
        await connection.query('rollback').catch(giveUp);
        throw error;
      }
    });
  }

  /**
   * Begins a transaction.
   * @throws Problem `database_unavailable` when this server takes no writes; what was sent with it
   * fails then, too
   */
  async begin(client: Pipeline, isolation: Isolation = 'read committed'): Promise<void> {
    await Promise.all([
      client.query(`begin isolation level ${isolation}`),
      client.query(this.beginning, [], (begun) => (isReadOnly(begun) ? readOnly() : undefined)),
    ]);
  }

  /** A transaction without a pipeline, for scripts of several statements. */
  async runScripts<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    return this.lend(async (connection) => {
      await connection.query('begin');
      if (isReadOnly(await connection.query(this.beginning))) throw readOnly();
      const result = await work(connection);
      await connection.query('commit');
      return result;
    });
  }

  /** One statement in a transaction of its own, in one round trip. */
  async query<Row extends pg.QueryResultRow>(
    statement: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    return this.onConnection(async (connection) => {
      const client = new Pipeline(connection);
      // No BEGIN is needed: what is sent in one pipeline is one transaction.
      const [begun, result] = await Promise.all([
        client.query(this.beginning),
        client.query<Row>(statement, values),
      ]);
      // What was read is right; the next one who reads or writes gets a connection of today's.
      if (isReadOnly(begun)) this.renew();
      return result;
    });
  }

  async end(): Promise<void> {
    await this.pool.end();
  }

  /** @param use may give the connection up, when it is of no use to anybody else */
  private async onConnection<Result>(
    use: (connection: pg.PoolClient, giveUp: (error: Error) => void) => Promise<Result>,
  ): Promise<Result> {
    const connection = await this.connect();
    let broken: Error | undefined;
    const giveUp = (error: Error) => {
      broken = error;
    };
    // A connection that is lost between two statements says so by an event, and an error event that
    // nobody listens to would end the process.
    connection.on('error', giveUp);
    try {
      return await use(connection, giveUp);
    } catch (error) {
      if (isReadOnlyError(error)) this.renew();
      throw error;
    } finally {
      connection.off('error', giveUp);
      connection.release(broken);
    }
  }

  private async connect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.pool.connect();
      if (this.generations.get(client) === this.generation) return client;
      client.release(true);
    }
  }

  /** All connections that there are now are replaced when they are next asked for. */
  private renew(): void {
    this.generation += 1;
  }
}

function isReadOnly(begun: pg.QueryResult<pg.QueryResultRow>): boolean {
  return begun.rows[0]?.transaction_read_only === 'on';
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
