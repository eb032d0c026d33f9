import type { Queryable } from './queryable';

/** A request that its caller named, so that it can be told from others and from itself. */
export interface KeyedRequest {
  readonly caller: string;
  readonly key: string;
  /** Of the method, the path and the body. */
  readonly requestHash: string;
}

/** An answer as it is repeated; `body` is JSON. */
export interface Answer {
  readonly statusCode: number;
  readonly body: unknown;
}

/**
 * What is known of a key: `new` may go on, `other` was used for another request, `under_way` is not
 * answered yet, and all else is the answer.
 */
export type KeyState = 'new' | 'other' | 'under_way' | Answer;

interface KeyRow {
  request_hash: string | null;
  status_code: number | null;
  body: unknown;
}

function stateOf({ request_hash, status_code, body }: KeyRow, { requestHash }: KeyedRequest) {
  if (request_hash === null) return undefined;
  if (request_hash !== requestHash) return 'other';
  return status_code === null ? 'under_way' : { statusCode: status_code, body };
}

/**
 * Takes a key for as long as the lease lasts; committed at once, so that it outlives us. One whose
 * holder died is taken over by the same request when its lease has run out.
 */
export async function leaseKey(
  client: Queryable,
  request: KeyedRequest,
  leaseSeconds: number,
): Promise<KeyState> {
  const { rows } = await client.query<KeyRow & { taken: boolean }>(
    `with taken as (
       insert into idempotency_keys as k (caller, key, request_hash, leased_until)
       values ($1, $2, $3, now() + make_interval(secs => $4))
       on conflict (caller, key) do update set leased_until = excluded.leased_until
         where k.status_code is null and k.leased_until < now()
           and k.request_hash = excluded.request_hash
       returning 1
     )
     select exists (select from taken) as taken, k.request_hash, k.status_code, k.body
       from (values ($1, $2)) as asked(caller, key)
       left join idempotency_keys k using (caller, key)`,
    [request.caller, request.key, request.requestHash, leaseSeconds],
  );
  const [row] = rows;
  if (row?.taken) return 'new';
  // Neither taken nor there: somebody else took it while the statement ran.
  return (row && stateOf(row, request)) ?? 'under_way';
}

/** What is known of a key, without taking it. One whose holder died is new again. */
export async function readKey(client: Queryable, request: KeyedRequest): Promise<KeyState> {
  const { rows } = await client.query<KeyRow & { is_over: boolean }>(
    `select request_hash, status_code, body,
            status_code is null and leased_until < now() as is_over
       from idempotency_keys where caller = $1 and key = $2`,
    [request.caller, request.key],
  );
  const [row] = rows;
  if (row === undefined || (row.is_over && row.request_hash === request.requestHash)) return 'new';
  return stateOf(row, request) ?? 'new';
}

/** Keeps the answer of a leased key. Of two that hold it, as after a lease ran out, the first wins. */
export async function keepAnswer(
  client: Queryable,
  request: KeyedRequest,
  { statusCode, body }: Answer,
): Promise<void> {
  await client.query(
    `update idempotency_keys set status_code = $4, body = $5, leased_until = null
      where caller = $1 and key = $2 and request_hash = $3 and status_code is null`,
    [request.caller, request.key, request.requestHash, statusCode, JSON.stringify(body)],
  );
}

/** Gives a leased key back: the request failed and had no effect. */
export async function releaseKey(client: Queryable, request: KeyedRequest): Promise<void> {
  await client.query(
    `delete from idempotency_keys
      where caller = $1 and key = $2 and request_hash = $3 and status_code is null`,
    [request.caller, request.key, request.requestHash],
  );
}

/**
 * Locks a key until the caller's transaction ends, without waiting for others, and says what is
 * known of it. What is `new` must be given its answer by `insertAnswer` in the same transaction.
 */
export async function lockKey(client: Queryable, request: KeyedRequest): Promise<KeyState> {
  // Sent without waiting for each other; the second sees what was committed before the lock.
  const [locked, known] = await Promise.all([
    client.query<{ locked: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 1)) as locked',
      [JSON.stringify([request.caller, request.key])],
    ),
    client.query<KeyRow>(
      'select request_hash, status_code, body from idempotency_keys where caller = $1 and key = $2',
      [request.caller, request.key],
    ),
  ]);
  const [row] = known.rows;
  const state = row && stateOf(row, request);
  if (state !== undefined) return state;
  return locked.rows[0]?.locked ? 'new' : 'under_way';
}

/**
 * Writes the answer of a key that `lockKey` found to be new.
 * @returns false when the key was taken meanwhile, by a request that leased it: roll back then
 */
export async function insertAnswer(
  client: Queryable,
  request: KeyedRequest,
  { statusCode, body }: Answer,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into idempotency_keys (caller, key, request_hash, status_code, body)
     values ($1, $2, $3, $4, $5) on conflict (caller, key) do nothing`,
    [request.caller, request.key, request.requestHash, statusCode, JSON.stringify(body)],
  );
  return rowCount === 1;
}
