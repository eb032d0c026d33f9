import type { HoldState } from '../effects/effects';
import type { HoldPlacer, StoredHold } from '../effects/records';
import type { Hold } from '../ledger/holds';
import type { Queryable } from './queryable';

/** A hold in its place among the holds of a user, in the order in which they were placed. */
interface ListedHold extends StoredHold {
  readonly position: bigint;
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

function toHold(row: HoldRow): ListedHold {
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

/** Holds by their ids, locked until the caller's transaction ends. @throws Problem `row_locked` */
export async function lockHolds(
  client: Queryable,
  holdIds: readonly string[],
): Promise<ReadonlyMap<string, StoredHold>> {
  if (holdIds.length === 0) return new Map();
  const { rows } = await client.query<HoldRow>(
    `select ${columns} from holds where hold_id = any($1::uuid[]) order by hold_id for update`,
    [holdIds],
  );
  return new Map(rows.map((row) => [row.hold_id, toHold(row)]));
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
): Promise<ListedHold[]> {
  const { rows } = await client.query<HoldRow>(
    `select ${columns} from holds
      where user_id = $1 and ($2::bigint is null or position < $2)
        and ($3::text is null or status = $3)
      order by position desc limit $4`,
    [userId, page.before ?? null, page.status ?? null, page.limit],
  );
  return rows.map(toHold);
}

/** Writes holds as they are to stand: new ones, and the ends of those that are locked. */
export async function writeHolds(client: Queryable, holds: readonly HoldState[]): Promise<void> {
  if (holds.length === 0) return;
  await client.query(
    `insert into holds
       (hold_id, user_id, unit, amount_minor, captured_minor, description, status, expires_at,
        placed_by, placed_by_host)
     select hold_id, user_id, unit, amount_minor, captured_minor, description, status, expires_at,
            placed_by, placed_by_host
       from json_to_recordset($1) as n(hold_id uuid, user_id text, unit text, amount_minor bigint,
         captured_minor bigint, description text, status text, expires_at timestamptz,
         placed_by text, placed_by_host boolean)
     on conflict (hold_id) do update
       set status = excluded.status, captured_minor = excluded.captured_minor, updated_at = now()`,
    [
      JSON.stringify(
        holds.map((hold) => ({
          hold_id: hold.holdId,
          user_id: hold.userId,
          unit: hold.unit,
          amount_minor: String(hold.amountMinor),
          captured_minor: String(hold.capturedMinor),
          description: hold.description,
          status: hold.status,
          expires_at: hold.expiresAt.toISOString(),
          placed_by: hold.placer?.placedBy ?? null,
          placed_by_host: hold.placer?.isHost ?? true,
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
