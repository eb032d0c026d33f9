import pg from 'pg';

/** A query of the library, as its client drives it: what its types leave out. */
interface LibraryQuery {
  submit(connection: pg.Connection): null;
  handleReadyForQuery(connection: pg.Connection): void;
  handleError(error: unknown, connection: pg.Connection): void;
}

const LibraryQuery = pg.Query as unknown as new (
  text: string,
  callback: (error: unknown) => void,
) => LibraryQuery;

/** A result as its rows come in. */
interface GrowingResult extends pg.QueryResult {
  addFields(fields: readonly unknown[]): void;
  parseRow(values: readonly unknown[]): pg.QueryResultRow;
  addRow(row: pg.QueryResultRow): void;
  addCommandComplete(message: unknown): void;
}

const GrowingResult = pg.Result as unknown as new () => GrowingResult;
/** Writes a value as the library's own queries do. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } })
  .utils;

/** The messages of the extended protocol that a statement takes. */
interface WireConnection {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: { text: string }): void;
  bind(values: { values: unknown[]; valueMapper: (value: unknown) => unknown }): void;
  describe(of: { type: 'P' }): void;
  execute(of: object): void;
  sync(): void;
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The results of those that were done, in their order, and why the next one was not. */
export type BatchCallback = (results: readonly pg.QueryResult[], error: unknown) => void;

/**
 * Several statements as one query of the library, with a single Sync behind them: one write, and one
 * answer. When one of them fails, PostgreSQL skips those behind it. The library itself puts a Sync
 * behind each, which costs both sides a packet and a wake-up, and lets the next ones run. To its
 * pipeline mode this is one query, whose portals are closed when the next one is sent.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class Batch extends LibraryQuery {
  private readonly results: GrowingResult[];
  private current = new GrowingResult();
  /** Why the rest was not sent: a value that cannot be written. */
  private unsent: unknown;
  /** Why a row cannot be read. What comes after it does not count. */
  private unread: unknown;

  constructor(
    private readonly statements: readonly Statement[],
    callback: BatchCallback,
  ) {
    const results: GrowingResult[] = [];
    super('', (error) => callback(results, error));
    this.results = results;
  }

  override submit(connection: pg.Connection): null {
    const wire = connection as unknown as WireConnection;
    wire.stream.cork();
    try {
      for (const { text, values } of this.statements) {
        wire.parse({ text });
        wire.bind({ values, valueMapper: prepareValue });
        wire.describe({ type: 'P' });
        wire.execute({});
      }
    } catch (error) {
      this.unsent = error;
    } finally {
      wire.sync();
      wire.stream.uncork();
    }
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly unknown[] }): void {
    this.current.addFields(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly unknown[] }): void {
    try {
      this.current.addRow(this.current.parseRow(fields));
    } catch (error) {
      this.unread ??= error;
    }
  }

  handleCommandComplete(message: unknown): void {
    this.current.addCommandComplete(message);
    this.handleEmptyQuery();
  }

  handleEmptyQuery(): void {
    if (this.unread === undefined) this.results.push(this.current);
    this.current = new GrowingResult();
  }

  override handleReadyForQuery(connection: pg.Connection): void {
    const fault = this.unread ?? this.unsent;
    if (fault === undefined) super.handleReadyForQuery(connection);
    else super.handleError(fault, connection);
  }

  override handleError(error: unknown, connection: pg.Connection): void {
    super.handleError(this.unread ?? error, connection);
  }
}
