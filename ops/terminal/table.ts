import Table from 'cli-table3';

export interface Column<Row> {
  readonly heading: string;
  readonly of: (row: Row) => string;
  readonly align?: 'right';
  /** Is shortened where the terminal is too narrow; ids, which are copied, are not. */
  readonly isElastic?: boolean;
}

/** Of a terminal; what goes into a file or another program is as wide as it needs to be. */
export const terminalWidth = () =>
  process.stdout.columns ?? (Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY);

const gap = 2;
const shortest = 8;
const nothing = '';
const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
    [side, nothing],
    [`${side}-mid`, nothing],
    [`${side}-left`, nothing],
    [`${side}-right`, nothing],
  ]),
);

/** Lines for people: a heading, then one line a row. */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width = terminalWidth(),
): string[] {
  const cells = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map((column) => plain(column.of(row)))),
  ];
  const needed = columns.map((_column, at) =>
    Math.max(...cells.map((row) => (row[at] ?? '').length)),
  );
  const elastic = columns.flatMap(({ isElastic }, at) => (isElastic === true ? [at] : []));
  const widths = fitted(needed, elastic, width);
  const table = new Table({
    chars: { ...noLines, middle: ' '.repeat(gap) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: widths,
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  table.push(...cells);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** The longest of the elastic columns give first. */
function fitted(needed: readonly number[], elastic: readonly number[], width: number): number[] {
  const widths = [...needed];
  const total = () => widths.reduce((sum, each) => sum + each + gap, -gap);
  const lengthOf = (at: number) => widths[at] ?? 0;
  while (total() > width) {
    const longest = elastic.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    if (longest === undefined || lengthOf(longest) <= shortest) break;
    widths[longest] = lengthOf(longest) - 1;
  }
  return widths;
}

/** Pairs of a name and what it is, below each other. */
export function pairLines(pairs: readonly (readonly [string, string | null])[]): string[] {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`);
}

/** What others wrote must not steer the terminal, nor break a line. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
