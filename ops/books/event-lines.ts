import type { EventRecord } from '@tollgate/client';
import { shownAmount } from '../terminal/amounts';
import { shownTime } from '../terminal/moments';
import { type Column, plain, tableLines } from '../terminal/table';

const marks = { processed: '✓', ignored: '–', pending: '…', failed: '✗' } as const;
const meanings = {
  processed: 'handled',
  ignored: 'of a type without a handler',
  pending: 'to be handled',
  failed: 'given up: repair the cause, then events replay ID',
} as const;

const columns: readonly Column<EventRecord>[] = [
  // Without the year, so that a type has room beside an id on a line of 80.
  { heading: 'received (UTC)', of: ({ receivedAt }) => shownTime(receivedAt).slice(5) },
  { heading: '', of: ({ status }) => marks[status] },
  { heading: 'type', of: ({ type }) => type, isElastic: true },
  { heading: 'event', of: ({ eventId }) => eventId },
];

/** A line an event, below it why it is not handled, and what the marks say at the end. */
export function eventLines(events: readonly EventRecord[], width?: number): string[] {
  const [heading = '', ...lines] = tableLines(events, columns, width);
  const seen = new Set(events.map(({ status }) => status));
  const legend = Object.entries(marks)
    .filter(([status]) => status !== 'processed' && seen.has(status as keyof typeof marks))
    .map(([status, mark]) => `${mark} ${status}: ${meanings[status as keyof typeof marks]}`);
  return [
    heading,
    ...events.flatMap((event, at) => [
      lines[at] ?? '',
      ...subjectLines(event),
      ...reasonLines(event),
    ]),
    ...(legend.length > 0 ? ['', ...legend] : []),
  ];
}

/** One event, without heading and legend: for a list that goes on. */
export function eventLine(event: EventRecord): string[] {
  const [, line = ''] = tableLines([event], columns.map(widened));
  return [line, ...subjectLines(event), ...reasonLines(event)];
}

/** In a list that goes on nobody knows how long the longest will be. */
const widened = (column: Column<EventRecord>): Column<EventRecord> =>
  column.isElastic === true ? { ...column, of: (event) => column.of(event).padEnd(31) } : column;

/** On a line of its own: beside type and id there is no room for them on a line of 80. */
function subjectLines({ amountMinor, currency, userId }: EventRecord): string[] {
  const amount =
    amountMinor === null || currency === null ? [] : [shownAmount(amountMinor, currency)];
  const parts = [...(userId === null ? [] : [`user ${plain(userId)}`]), ...amount];
  return parts.length === 0 ? [] : [`    ${parts.join(', ')}`];
}

function reasonLines({ lastError, attempts, nextAttemptAt }: EventRecord): string[] {
  if (lastError === null) return [];
  const next = nextAttemptAt === null ? '' : `; tried again at ${shownTime(nextAttemptAt)} UTC`;
  const tries = attempts === 0 ? '' : ` (attempt ${attempts}${next})`;
  return [`    ${plain(lastError)}${tries}`];
}
