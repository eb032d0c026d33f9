import { invalidParameter, noSuchObject } from '../parameters/errors';
import type { FormFields, FormValue } from '../parameters/form-encoding';
import {
  integer,
  type Parsed,
  parseShape,
  type Shape,
  type TimeRange,
  text,
  timeRange,
} from '../parameters/params';
import type { Account } from '../state/account';
import type { Kind, Row } from '../state/tables';
import type { Route } from './routing';

/** The parameters that every list has: https://docs.stripe.com/api/pagination */
export const pageShape = {
  limit: integer({ min: 1, max: 100 }),
  starting_after: text(),
  ending_before: text(),
};

export function isWithin(seconds: number, range: TimeRange | undefined): boolean {
  if (!range) return true;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return seconds > gt && seconds >= gte && seconds < lt && seconds <= lte;
}

interface List<T> {
  readonly object: 'list';
  readonly data: T[];
  readonly has_more: boolean;
  readonly url: string;
}

/** One page of `rows`, which come newest first, around the cursor's row. */
export function pageOf<T extends Row>(
  rows: readonly T[],
  { limit = 10, starting_after, ending_before }: Parsed<typeof pageShape>,
  { url, noun }: { readonly url: string; readonly noun: string },
): List<T> {
  if (starting_after !== undefined && ending_before !== undefined) {
    throw invalidParameter(
      'Received both ending_before and starting_after parameters. Please pass in only one.',
      'starting_after',
    );
  }
  const indexOf = (id: string, param: string) => {
    const index = rows.findIndex((row) => row.id === id);
    if (index >= 0) return index;
    throw noSuchObject(noun, id, param, 400);
  };
  let from = 0;
  let to = limit;
  if (starting_after !== undefined) {
    from = indexOf(starting_after, 'starting_after') + 1;
    to = from + limit;
  } else if (ending_before !== undefined) {
    to = indexOf(ending_before, 'ending_before');
    from = Math.max(0, to - limit);
  }
  const hasMore = ending_before === undefined ? to < rows.length : from > 0;
  return { object: 'list', data: rows.slice(from, to), has_more: hasMore, url };
}

/**
 * `GET path`: the rows that `select` lets through, newest first, by page. Every list of ours can be
 * narrowed by `created`.
 */
export function listRoute<T extends Row & { readonly created: number }, S extends Shape>(
  path: string,
  kind: Kind<T>,
  filters: S,
  select: (params: Parsed<S>, account: Account) => (row: T) => boolean,
  render: (row: T, account: Account) => T = (row) => row,
): Route {
  return {
    method: 'GET',
    path,
    handle({ account, fields, path: url }) {
      const [ofEveryList, ofThisList] = split(fields);
      const { created, ...page } = parseShape(everyListShape, ofEveryList);
      const isSelected = select(parseShape(filters, ofThisList), account);
      const rows = account.tables
        .of(kind)
        .newestFirst()
        .filter((row) => isWithin(row.created, created) && isSelected(row));
      const found = pageOf(rows, page, { url, noun: kind.noun ?? kind.name });
      return { ...found, data: found.data.map((row) => render(row, account)) };
    },
  };
}

const everyListShape = { ...pageShape, created: timeRange() };

function split(fields: FormFields): [FormFields, FormFields] {
  const isOfEveryList = ([key]: [string, FormValue]) => Object.hasOwn(everyListShape, key);
  return [
    new Map([...fields].filter(isOfEveryList)),
    new Map([...fields].filter((field) => !isOfEveryList(field))),
  ];
}
