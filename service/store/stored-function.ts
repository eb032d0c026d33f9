import { createHash } from 'node:crypto';
import type { Queryable } from './queryable';

/**
 * Statements that are run for every event, as functions of the database: these are parsed and planned
 * once a connection, behind a pooler too. See docs/decisions/stored-functions.md.
 */
export interface StoredFunction {
  /** Ends in a hash of the definition: versions that run side by side each call their own. */
  readonly name: string;
  readonly definition: string;
}

interface Definition {
  readonly parameters: string;
  readonly returns: string;
  /** Statements in PL/pgSQL; a name that is both is a column's, so parameters begin with `p_`. */
  readonly body: string;
  /**
   * Kinds of plans that are never right here. A plan may be made while the tables are empty, and is
   * kept when they have grown. @default sequential scans
   */
  readonly without?: readonly ('seqscan' | 'sort')[];
}

export function storedFunction(
  name: string,
  { parameters, returns, body, without = ['seqscan'] }: Definition,
): StoredFunction {
  const rest = `(${parameters}) returns ${returns} language plpgsql
    set plan_cache_mode = force_generic_plan
    ${without.map((kind) => `set enable_${kind} = off`).join(' ')}
    as $function$
    #variable_conflict use_column
    begin
      ${body}
    end $function$`;
  const hash = createHash('sha256').update(rest).digest('hex').slice(0, 8);
  const unique = `${name}_${hash}`;
  return { name: unique, definition: `create function ${unique}${rest}` };
}

/** Creates those that are missing; under the lock of the migrations, as the owner of the tables. */
export async function createStoredFunctions(
  client: Queryable,
  functions: readonly StoredFunction[],
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select proname as name from pg_proc
      where pronamespace = current_schema()::regnamespace and proname = any($1::text[])`,
    [functions.map(({ name }) => name)],
  );
  const there = new Set(rows.map(({ name }) => name));
  for (const { name, definition } of functions) {
    if (!there.has(name)) await client.query(definition);
  }
}
