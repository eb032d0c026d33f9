import type { Queryable } from './queryable';

/** An object of which it is known that it is ours, and not yet that it was paid. */
export interface AwaitedObject {
  readonly kind: 'checkout.session' | 'invoice';
  readonly id: string;
}

/** Has it looked at until it is settled. */
export async function recordAwaited(client: Queryable, awaited: AwaitedObject): Promise<void> {
  await client.query(
    'insert into awaited_objects (kind, object_id) values ($1, $2) on conflict do nothing',
    [awaited.kind, awaited.id],
  );
}

/** Nothing more is awaited of it. */
export async function forgetAwaited(client: Queryable, awaited: AwaitedObject): Promise<void> {
  await client.query('delete from awaited_objects where kind = $1 and object_id = $2', [
    awaited.kind,
    awaited.id,
  ]);
}

/**
 * A page of them, in the order of their kinds and ids.
 * @param after the last one of the page before
 */
export async function readAwaited(
  client: Queryable,
  after: AwaitedObject | undefined,
  limit: number,
): Promise<AwaitedObject[]> {
  const { rows } = await client.query<AwaitedObject>(
    `select kind, object_id as id from awaited_objects
      where (kind, object_id) > ($1, $2) order by kind, object_id limit $3`,
    [after?.kind ?? '', after?.id ?? '', limit],
  );
  return rows;
}
