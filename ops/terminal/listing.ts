import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { printJsonLine, printProgress, printText } from './output';

/** What every command that lists takes. */
export interface ListOptions {
  readonly limit: number;
  readonly json: boolean;
}

const limitMax = 10_000;
const pageSizeMax = 100;

export function withLimit(command: Command): Command {
  return command.option(
    '--limit <number>',
    `how many to show at most, up to ${limitMax}`,
    parseLimit,
    50,
  );
}

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}

/** Where a page begins and how long it may be. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** The first rows of a list, page by page; `isMore` where the list goes on. */
export async function collect<Row>(
  limit: number,
  readPage: (query: PageQuery) => Promise<Page<Row>>,
): Promise<{ readonly rows: readonly Row[]; readonly isMore: boolean }> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; ; ) {
    const size = Math.min(limit - rows.length, pageSizeMax);
    const page = await readPage({ limit: size, ...(cursor !== undefined && { cursor }) });
    rows.push(...page.rows);
    if (page.nextCursor === null) return { rows, isMore: false };
    if (rows.length >= limit) return { rows, isMore: true };
    cursor = page.nextCursor;
  }
}

/** Prints a list: a line of JSON each, or what `lines` makes of it for people. */
export function printList<Row>(
  { rows, isMore }: { readonly rows: readonly Row[]; readonly isMore: boolean },
  { json, limit }: ListOptions,
  lines: (rows: readonly Row[]) => readonly string[],
  none: string,
): void {
  if (json) for (const row of rows) printJsonLine(row);
  else if (rows.length === 0) printText(none);
  else for (const line of lines(rows)) printText(line);
  if (isMore) printProgress(`… there are more than ${limit}: raise --limit, or narrow the list.`);
}

const pollMillis = 2_000;
/** Rows become visible when their transaction ends, which may be later than that of newer ones. */
const overlapMillis = 60_000;
const rememberedMax = 20_000;

/**
 * Prints what comes to be, the oldest first, until it is interrupted.
 * @param readSince all from this moment on, in any order
 */
export async function follow<Row>(
  known: readonly Row[],
  about: { readonly idOf: (row: Row) => string; readonly timeOf: (row: Row) => string },
  readSince: (since: string) => Promise<readonly Row[]>,
  print: (row: Row) => void,
): Promise<never> {
  const seen = new Set(known.map(about.idOf));
  let reachedMillis = Date.now();
  for (;;) {
    await sleep(pollMillis);
    const asOfMillis = Date.now();
    const rows = await readSince(new Date(reachedMillis - overlapMillis).toISOString());
    const fresh = rows.filter((row) => !seen.has(about.idOf(row)));
    for (const row of fresh.sort((a, b) => (about.timeOf(a) < about.timeOf(b) ? -1 : 1))) {
      seen.add(about.idOf(row));
      print(row);
    }
    for (const id of seen) {
      if (seen.size <= rememberedMax) break;
      seen.delete(id);
    }
    reachedMillis = asOfMillis;
  }
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,5}$/.test(text) && limit >= 1 && limit <= limitMax) return limit;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${limitMax}.`);
}
