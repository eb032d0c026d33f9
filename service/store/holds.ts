import type { Hold } from '../ledger/holds';
import type { Queryable } from './queryable';

/** Who placed a hold, for who may end it. */
export interface HoldPlacer {
  /** The sub of the token; null for holds of before this was recorded. */
  readonly placedBy: string | null;
  /** Whether the token had the scope accounts:write. */
  readonly isHost: boolean;
}

/** A hold as it is kept. */
export interface StoredHold extends Hold {
  /** Orders the holds of a user, in the order in which they were placed. */
  readonly position: bigint;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Whether that has passed, by the database's clock. */
  readonly isDue: boolean;
}

interface HoldRow {
  hold_id: string;
  position: bigint;
  user_id: string;
  unit: string;
  amount_minor: bigint;
  captured_minor: bigint;
  description: string;
  status: Hold['status'];
  created_at: Date;
  expires_at: Date;
  is_due: boolean;
}

const columns = `hold_id, position, user_id, unit, amount_minor, captured_minor, description, status,
  created_at, expires_at, expires_at <= clock_timestamp() as is_due`;

function toHold(row: HoldRow): StoredHold {
  return {
    holdId: row.hold_id,
    position: row.position,
    userId: row.user_id,
    unit: row.unit,
    amountMinor: row.amount_minor,
    capturedMinor: row.captured_minor,
    description: row.description,
    status: row.status,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    isDue: row.is_due,
  };
}

/** Writes a new hold down. @returns undefined when its id is there already */
export async function insertHold(
  client: Queryable,
  hold: Hold,
  placer: HoldPlacer,
  expiresInSeconds: number,
): Promise<StoredHold | undefined> {
  const { rows } = await client.query<HoldRow>(
    `insert into holds
       (hold_id, user_id, unit, amount_minor, description, expires_at, placed_by, placed_by_host)
     values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6), $7, $8)
     on conflict (hold_id) do nothing
     returning ${columns}`,
    [
      hold.holdId,
      hold.userId,
      hold.unit,
      hold.amountMinor,
      hold.description,
      expiresInSeconds,
      placer.placedBy,
      placer.isHost,
    ],
  );
  return rows.map(toHold)[0];
}

/** A hold of this user. */
export async function readHold(
  client: Queryable,
  userId: string,
  holdId: string,
): Promise<StoredHold | undefined> {
  const { rows } = await client.query<HoldRow>(
    `select ${columns} from holds where hold_id = $1 and user_id = $2`,
    [holdId, userId],
  );
  return rows.map(toHold)[0];
}

/** Who placed it; it never changes. */
export async function readHoldPlacer(
  client: Queryable,
  userId: string,
  holdId: string,
): Promise<HoldPlacer | undefined> {
  const { rows } = await client.query<{ placed_by: string | null; placed_by_host: boolean }>(
    'select placed_by, placed_by_host from holds where hold_id = $1 and user_id = $2',
    [holdId, userId],
  );
  return rows.map((row) => ({ placedBy: row.placed_by, isHost: row.placed_by_host }))[0];
}

/** The same hold, locked until the caller's transaction ends. @throws Problem `row_locked` */
export async function lockHold(
  client: Queryable,
  userId: string,
  holdId: string,
): Promise<StoredHold | undefined> {
  const { rows } = await client.query<HoldRow>(
    `select ${columns} from holds where hold_id = $1 and user_id = $2 for update`,
    [holdId, userId],
  );
  return rows.map(toHold)[0];
}

/**
 * A page of a user's holds, newest first.
 * @param before only holds at a lower position; undefined begins with the newest
 */
export async function listHolds(
  client: Queryable,
  userId: string,
  page: {
    readonly before: bigint | undefined;
    readonly status: Hold['status'] | undefined;
    readonly limit: number;
  },
): Promise<StoredHold[]> {
  const { rows } = await client.query<HoldRow>(
    `select ${columns} from holds
      where user_id = $1 and ($2::bigint is null or position < $2)
        and ($3::text is null or status = $3)
      order by position desc limit $4`,
    [userId, page.before ?? null, page.status ?? null, page.limit],
  );
  return rows.map(toHold);
}

/** Writes the state of holds that are locked. */
export async function updateHolds(client: Queryable, holds: readonly Hold[]): Promise<void> {
  await client.query(
    `update holds h
        set status = n.status, captured_minor = n.captured_minor, updated_at = now()
       from json_to_recordset($1) as n(hold_id uuid, status text, captured_minor bigint)
      where h.hold_id = n.hold_id`,
    [
      JSON.stringify(
        holds.map(({ holdId, status, capturedMinor }) => ({
          hold_id: holdId,
          status,
          captured_minor: String(capturedMinor),
        })),
      ),
    ],
  );
}

/** Any number will do, as long as nothing else in the database takes the same advisory lock. */
const expiryLock = 7_463_092_120n;

/**
 * Locks holds that have run out, those that ran out first before others. One that somebody is just
 * capturing or releasing is theirs. One task does this at a time; the others find none.
 * @param limit how many at most
 */
export async function lockDueHolds(client: Queryable, limit: number): Promise<StoredHold[]> {
  const { rows } = await client.query<HoldRow>(
    `with alone as materialized (select pg_try_advisory_xact_lock($2) as locked)
     select ${columns} from holds
      where status = 'held' and expires_at <= now() and (select locked from alone)
      order by expires_at limit $1
        for update skip locked`,
    [limit, expiryLock],
  );
  return rows.map(toHold);
}
