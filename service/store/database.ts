import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import pg from 'pg';
import { Problem } from '../errors';
import { migrate } from './migrate';
import { Pipeline } from './pipeline';
import type { Queryable, Transaction } from './queryable';
import { DatabaseRefusal, refusalOf } from './refusals';
import { prepareServiceRole } from './service-role';
import { type Isolation, ReadOnlyProblem, Sessions } from './sessions';
import { createStoredFunctions } from './stored-function';
import { storedFunctions } from './stored-functions';

// Amounts and counts are bigints here as in PostgreSQL; a JavaScript number would round them.
pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

const awakensWithinMillis = 60_000;

/** Where the database is; the password is asked for at every new connection, so it may rotate. */
export type DatabaseAddress =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: () => Promise<string>;
    };

interface DatabaseOptions {
  /** Asked before the first connection. */
  readonly address: () => Promise<DatabaseAddress>;
  readonly poolMax: number;
  /** Called when a connection that nobody is using is lost. */
  readonly onConnectionLost: (error: Error) => void;
  /** Called when the service has to work as the owner of its tables, with the reason and the fix. */
  readonly onUnrestricted?: ((reason: string) => void) | undefined;
}

interface TransactionOptions {
  /**
   * The COMMIT goes together with what `withCommit` was given. If the process dies, what it had sent
   * may commit without it. @default false
   */
  readonly isPipelined?: boolean;
  /** @default "read committed" */
  readonly isolation?: Isolation;
}

/**
 * The pool of connections, and the one place where PostgreSQL's errors are translated: what means
 * "not reachable now" becomes the problem `database_unavailable`, what took too long `row_locked` or
 * `statement_timed_out`; all else keeps its own error.
 */
export class Database implements Queryable {
  private sessions: Sessions | undefined;

  constructor(private readonly options: DatabaseOptions) {}

  /**
   * Connects and brings the schema up to date, once. A database that is away is waited for (Aurora
   * that was paused needs 15 s and more), and so is one that refuses what may be put right without
   * us, such as a password that is being rotated; a migration that fails is final.
   * @throws MigrationError, DatabaseRefusal, or the reason of `signal` when it is aborted first.
   */
  async open(onWaiting: (error: unknown) => void, signal: AbortSignal): Promise<void> {
    for (let delayMillis = 250; ; delayMillis = Math.min(delayMillis * 2, 5_000)) {
      signal.throwIfAborted();
      try {
        const sessions = await this.createSessions();
        try {
          await this.prepare(sessions);
        } catch (error) {
          await sessions.end();
          throw error;
        }
        this.sessions = sessions;
        return;
      } catch (error) {
        const translated = translate(refusalOf(error) ?? error);
        if (!isUnavailable(translated)) throw translated;
        onWaiting(translated);
        await sleep(delayMillis, undefined, { signal });
      }
    }
  }

  /** Whether `open` has been through; the database may be away again since. */
  get isOpen(): boolean {
    return this.sessions !== undefined;
  }

  /**
   * Waits until it answers, for a minute at most: one that was paused wakes up when it is asked.
   * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
   */
  async awaken(): Promise<void> {
    const deadline = performance.now() + awakensWithinMillis;
    while (this.isOpen && performance.now() < deadline) {
      try {
        await this.query('select 1');
        return;
      } catch {
        // Whoever asks next finds it out, and says so.
        await sleep(1_000, undefined, { ref: false });
      }
    }
  }

  /** Whether the database takes what we write, or in words why not. */
  async readiness(): Promise<string> {
    try {
      await this.transaction(() => Promise.resolve());
      return 'ok';
    } catch (error) {
      return error instanceof ReadOnlyProblem ? 'takes no writes' : 'cannot be reached';
    }
  }

  /** Runs one statement in a transaction of its own. @throws Problem `database_unavailable` */
  async query<Row extends pg.QueryResultRow>(
    statement: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    try {
      return await this.opened().query<Row>(statement, values);
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * Runs `work` in one transaction and commits it, or rolls all of it back. Statements that `work`
   * sends without waiting share a round trip; the first ones share the BEGIN's.
   * @throws Problem `database_unavailable`; after it the transaction may have committed all the same
   */
  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    const callbacks: (() => void)[] = [];
    let result: Result;
    try {
      result = await inTransaction(
        this.opened(),
        (client, withCommit) =>
          work({
            query: (statement, values) => client.query(statement, values),
            afterCommit: (callback) => callbacks.push(callback),
            withCommit,
          }),
        options,
      );
    } catch (error) {
      throw translate(error);
    }
    for (const callback of callbacks) callback();
    return result;
  }

  async close(): Promise<void> {
    await this.sessions?.end();
    this.sessions = undefined;
  }

  private opened(): Sessions {
    if (this.sessions !== undefined) return this.sessions;
    throw new Problem('database_unavailable', 'no connection has been made yet');
  }

  /** As the owner of the tables; afterwards the service works as somebody who can do less. */
  private async prepare(sessions: Sessions): Promise<void> {
    const role = await sessions.runScripts(async (client) => {
      await migrate(client);
      await createStoredFunctions(client, storedFunctions);
      return prepareServiceRole(client);
    });
    if ('name' in role) sessions.assume(role.name);
    else this.options.onUnrestricted?.(role.reason);
  }

  private async createSessions(): Promise<Sessions> {
    const address = await this.options.address();
    const where =
      'url' in address
        ? { connectionString: address.url }
        : { ...address, ssl: { rejectUnauthorized: true } };
    return new Sessions({ ...where, max: this.options.poolMax }, this.options.onConnectionLost);
  }
}

function inTransaction<Result>(
  sessions: Sessions,
  work: (client: Queryable, withCommit: Transaction['withCommit']) => Promise<Result>,
  { isPipelined = false, isolation }: TransactionOptions = {},
): Promise<Result> {
  return sessions.lend(async (connection) => {
    const client = new Pipeline(connection);
    /** In the order in which they were asked: the first to fail is the reason of all that follow. */
    const unawaited: Promise<unknown>[] = [];
    const sendWithCommit = (statement: Promise<unknown>) => {
      // Nothing is sent without it: after a BEGIN that failed, it would commit by itself.
      statement.catch((error: unknown) => client.abandon(error));
      unawaited.push(statement);
    };
    try {
      sendWithCommit(sessions.begin(client, isolation));
      const result = await work(client, async (statement) =>
        isPipelined ? sendWithCommit(statement) : void (await statement),
      );
      const committed = client.query('commit');
      await Promise.all([...unawaited, committed]);
      const { command } = await committed;
      // In a transaction that failed, PostgreSQL answers COMMIT with a silent ROLLBACK.
      if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
      client.abandon(new Error('the transaction is over: wait for all that is asked within it'));
      return result;
    } catch (error) {
      client.abandon(error);
      const settled = await Promise.allSettled(unawaited);
      throw settled.find((each) => each.status === 'rejected')?.reason ?? error;
    }
  });
}

/** SQLSTATE classes and codes that say "not now": https://www.postgresql.org/docs/current/errcodes-appendix.html */
const unavailableStates = /^(08...|53...|57P0[1-5]|25006|28P01|28000)$/;
const lockNotAvailable = '55P03';
/** Also by its own doing: one statement may always take too long, on a database that is well. */
const queryCanceled = '57014';
const unavailableMessages =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/;

function translate(error: unknown): unknown {
  if (!isNativeError(error) || error instanceof Problem) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === lockNotAvailable) return new Problem('row_locked', error.message, { cause: error });
  if (code === queryCanceled) {
    return new Problem('statement_timed_out', error.message, { cause: error });
  }
  if (error instanceof DatabaseRefusal) {
    return error.mayPass
      ? new Problem('database_unavailable', error.message, { cause: error })
      : error;
  }
  const away =
    unavailableStates.test(code) ||
    /^(ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET|EPIPE)/.test(code) ||
    unavailableMessages.test(error.message);
  return away
    ? new Problem('database_unavailable', error.message || code, { cause: error })
    : error;
}

/** Whether the error says that the database, or the password for it, could not be reached. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof Problem &&
    (error.code === 'database_unavailable' || error.code === 'secrets_unavailable')
  );
}

/** Whether PostgreSQL does not take what it was given to write, however well it is (classes 22, 23). */
export function isUnfit(error: unknown): boolean {
  if (!isNativeError(error) || !('code' in error) || typeof error.code !== 'string') return false;
  return /^2[23][0-9A-Z]{3}$/.test(error.code);
}
