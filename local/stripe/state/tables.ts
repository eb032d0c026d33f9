import { noSuchObject } from '../parameters/errors';

/** Whatever is kept under an id. */
export interface Row {
  readonly id: string;
}

/**
 * One kind of row. A resource of the API declares one for its objects, and a private one for what
 * the original keeps to itself as well (a webhook endpoint's secret, say).
 */
export interface Kind<T extends Row> {
  /** The `object` member of its rows, and the name of its table in a snapshot. */
  readonly name: string;
  /** How Stripe's "No such …" calls it; `name` where this is left out. */
  readonly noun?: string;
  /** The `param` of Stripe's 404 for it. */
  readonly param?: string;
  /**
   * Fields that hold an id, and the kind that it is of: what `expand` may name. A field of a hash is
   * named by its path (`payment.payment_intent`).
   */
  readonly references?: Readonly<Record<string, string>>;
  /** What is left out of an answer unless `expand` names it. */
  included?(row: T, tables: Tables): Readonly<Record<string, object>>;
}

/** The rows of one kind, in the order of their creation. */
export class Table<T extends Row> {
  constructor(
    readonly kind: Kind<T>,
    private readonly rows: Map<string, T>,
    private readonly onChange: () => void,
  ) {}

  get size(): number {
    return this.rows.size;
  }

  find(id: string): T | undefined {
    return this.rows.get(id);
  }

  /** The row that a path names; Stripe's 404 when there is none. */
  get(id: string): T {
    return this.required(id, this.kind.param ?? 'id', 404);
  }

  /** The row that a parameter names; Stripe's 400 when there is none. */
  referencedBy(param: string, id: string): T {
    return this.required(id, param, 400);
  }

  /** Adds the row, or puts it in the place of the one with its id. */
  put(row: T): T {
    this.rows.set(row.id, row);
    this.onChange();
    return row;
  }

  /** Stores what changed; rows are replaced and never edited, so events keep what they saw. */
  update(id: string, change: Partial<T>): T {
    return this.put({ ...this.get(id), ...change });
  }

  remove(id: string): void {
    if (this.rows.delete(id)) this.onChange();
  }

  oldestFirst(): T[] {
    return [...this.rows.values()];
  }

  newestFirst(): T[] {
    return this.oldestFirst().reverse();
  }

  private required(id: string, param: string, statusCode: 400 | 404): T {
    const row = this.rows.get(id);
    if (row) return row;
    throw noSuchObject(this.kind.noun ?? this.kind.name, id, param, statusCode);
  }
}

/** A snapshot of all tables, as it is written to the state file. */
export type TablesSnapshot = Readonly<Record<string, readonly Row[]>>;

/** All that the local Stripe remembers. */
export class Tables {
  private readonly rows = new Map<string, Map<string, Row>>();

  constructor(
    snapshot: TablesSnapshot,
    private readonly onChange: () => void,
  ) {
    for (const [name, rows] of Object.entries(snapshot)) {
      this.rows.set(name, new Map(rows.map((row) => [row.id, row])));
    }
  }

  of<T extends Row>(kind: Kind<T>): Table<T> {
    const rows = this.rows.get(kind.name) ?? new Map<string, Row>();
    this.rows.set(kind.name, rows);
    // A name belongs to one kind alone, so what is under it are that kind's rows.
    return new Table(kind, rows as Map<string, T>, this.onChange);
  }

  /** The row of a kind that is known by its name alone. */
  find(kindName: string, id: string): Row | undefined {
    return this.rows.get(kindName)?.get(id);
  }

  snapshot(): TablesSnapshot {
    return Object.fromEntries([...this.rows].map(([name, rows]) => [name, [...rows.values()]]));
  }
}
