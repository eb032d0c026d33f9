import type { Figures } from './measure';
import type { Part, Row } from './parts';

/** The median of the rounds of a row. */
export interface Result {
  readonly part: string;
  readonly id: string;
  readonly what: string;
  readonly figures: Figures;
  /** Its throughput against that of the row that it is compared with. */
  readonly ratio?: number;
}

/** The median of each figure by itself, over the rounds in which it was taken. */
export function medians(rounds: readonly Figures[]): Figures {
  const names = new Set(rounds.flatMap((figures) => Object.keys(figures) as (keyof Figures)[]));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = rounds.flatMap((figures) => figures[name] ?? []).sort((a, b) => a - b);
      return [name, values[values.length >> 1]];
    }),
  );
}

/** @param rounds of each row, by its id */
export function resultsOf(
  { name, rows }: Part,
  rounds: ReadonlyMap<string, readonly Figures[]>,
): readonly Result[] {
  const figuresOf = (id: string) => medians(rounds.get(id) ?? []);
  return rows.map(({ id, what, against }: Row) => {
    const figures = figuresOf(id);
    const compared = against === undefined ? undefined : figuresOf(against).perSecond;
    const ratio = compared && figures.perSecond && figures.perSecond / compared;
    return { part: name, id, what, figures, ...(ratio === undefined ? {} : { ratio }) };
  });
}

const columns: readonly (readonly [string, (result: Result) => string | undefined])[] = [
  ['a second', ({ figures }) => whole(figures.perSecond)],
  ['ratio', ({ ratio }) => (ratio === undefined ? undefined : `${ratio.toFixed(2)} ×`)],
  ['p50', ({ figures }) => millis(figures.medianMillis)],
  ['p99', ({ figures }) => millis(figures.percentile99Millis)],
  ['CPU here', ({ figures }) => withUnit(whole(figures.serviceMicros), 'µs')],
  ['CPU of PostgreSQL', ({ figures }) => withUnit(whole(figures.postgresMicros), 'µs')],
  ['WAL', ({ figures }) => withUnit(whole(figures.walBytes), 'B')],
  ['log', ({ figures }) => withUnit(whole(figures.logBytes), 'B')],
  ['memory', ({ figures }) => withUnit(whole(figures.peakMiB), 'MiB')],
  ['published', ({ figures }) => millis(figures.caughtUpMillis)],
];

/** A table in Markdown, which can be read in a terminal too. CPU and WAL are those of one request. */
export function table(results: readonly Result[]): string {
  const shown = columns.filter(([, read]) => results.some((each) => read(each) !== undefined));
  const cells = [
    ['', ...shown.map(([title]) => title)],
    ...results.map((each) => [
      `**${each.id}**: ${each.what}`,
      ...shown.map(([, read]) => read(each) ?? ''),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`,
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

function whole(value: number | undefined): string | undefined {
  return value === undefined ? undefined : Math.round(value).toLocaleString('en');
}

function millis(value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value < 100 ? `${value.toFixed(1)} ms` : `${Math.round(value).toLocaleString('en')} ms`;
}

function withUnit(text: string | undefined, unit: string): string | undefined {
  return text === undefined ? undefined : `${text} ${unit}`;
}
