import { Type } from 'typebox';

const limitDefault = 50;
const limitMax = 100;

/** The query parameters of every list that is read page by page, newest first. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limitMax,
      default: limitDefault,
      description: 'How many to return at most.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,18}$',
      description: 'The nextCursor of the page before; left out, the newest come first.',
    }),
  ),
};

/** In the answer, beside the list. */
export const nextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Where the next page begins; null after the last one.',
});

interface Page {
  readonly before: bigint | undefined;
  readonly limit: number;
}

/**
 * Reads a page of rows that are ordered by a number, highest first.
 * @param read is asked for one row more than the page has, to see whether there is a next one
 */
export async function readPage<Row>(
  query: { readonly limit?: number; readonly cursor?: string },
  read: (page: Page) => Promise<readonly Row[]>,
  positionOf: (row: Row) => bigint,
): Promise<{ rows: readonly Row[]; nextCursor: string | null }> {
  const limit = query.limit ?? limitDefault;
  const before = query.cursor === undefined ? undefined : BigInt(query.cursor);
  const found = await read({ before, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last === undefined ? null : String(positionOf(last)) };
}
