import type { Trace } from '@tollgate/client';
import { shownAmount } from '../terminal/amounts';
import { shownTime } from '../terminal/moments';
import { type Column, plain, tableLines, terminalWidth } from '../terminal/table';
import { eventLines } from './event-lines';
import type { Missing } from './missing';

type TracedObject = Trace['objects'][number];

const standings = {
  same: '✓ same here',
  to_be_booked: '✗ not booked',
  refused: '✗ refused',
  differs: '✗ differs',
  nothing_to_book: '– books nothing',
} as const;

const objectColumns: readonly Column<TracedObject>[] = [
  { heading: 'created (UTC)', of: ({ createdAt }) => shownTime(createdAt).slice(5) },
  { heading: 'object', of: ({ object }) => object },
  {
    heading: 'amount',
    of: ({ amountMinor, currency }) =>
      amountMinor === null || currency === null ? '' : shownAmount(amountMinor, currency),
    align: 'right',
  },
  { heading: 'status', of: ({ status }) => status ?? '', isElastic: true },
  { heading: '', of: ({ standing }) => (standing === null ? '' : standings[standing]) },
];

const transferColumns: readonly Column<Trace['transfers'][number]>[] = [
  { heading: 'booked (UTC)', of: ({ createdAt }) => shownTime(createdAt).slice(5) },
  {
    heading: 'amount',
    of: ({ amountMinor, unit }) => shownAmount(amountMinor, unit),
    align: 'right',
  },
  { heading: 'why', of: ({ reason }) => reason },
  {
    heading: 'from → to',
    of: ({ debitAccount, creditAccount }) => `${debitAccount} → ${creditAccount}`,
    isElastic: true,
  },
];

const messageColumns: readonly Column<Trace['messages'][number]>[] = [
  { heading: 'told (UTC)', of: ({ createdAt }) => shownTime(createdAt).slice(5) },
  { heading: '', of: ({ publishedAt, setAsideAt }) => markOf(publishedAt, setAsideAt) },
  { heading: 'type', of: ({ type }) => type },
  { heading: 'message', of: ({ messageId }) => messageId, isElastic: true },
];

function markOf(publishedAt: string | null, setAsideAt: string | null): string {
  if (publishedAt !== null) return '✓';
  return setAsideAt === null ? '…' : '✗';
}

/** Below a title, everything stands two further in. */
const width = () => terminalWidth() - 2;

/** From Stripe to what was published, and at the end what is missing. */
export function traceLines(trace: Trace, missing: readonly Missing[]): string[] {
  const { id, userId, customerId, objects, events, transfers, messages } = trace;
  return [
    plain(
      `${id}: ${userId === null ? 'of no user known here' : `user ${userId}`}${inBrackets(customerId)}`,
    ),
    ...section('Stripe says', objects.length, () => objectLines(objects)),
    ...section('Received', events.length, () => eventLines(events, width())),
    ...(trace.isEventSearchComplete ? [] : ['  … not all events could be looked at in time']),
    ...section('Booked', transfers.length, () => tableLines(transfers, transferColumns, width())),
    ...section('Published', messages.length, () => tableLines(messages, messageColumns, width())),
    '',
    ...(missing.length === 0 ? ['✓ Nothing is missing.'] : ['Missing']),
    ...missing.flatMap(({ id: of, seen, fix }) => [
      plain(`✗ ${of}`),
      plain(`    ${seen}`),
      plain(`  → ${fix}`),
    ]),
  ];
}

const inBrackets = (text: string | null) => (text === null ? '' : ` (${text})`);

function section(title: string, count: number, lines: () => readonly string[]): string[] {
  return ['', title, ...(count === 0 ? ['nothing'] : lines()).map((line) => `  ${line}`.trimEnd())];
}

/** Ids of sessions are longer than what is left of a line. */
function objectLines(objects: readonly TracedObject[]): string[] {
  const [heading = '', ...lines] = tableLines(objects, objectColumns, width());
  return [heading, ...objects.flatMap(({ id }, at) => [lines[at] ?? '', `    ${id}`])];
}
