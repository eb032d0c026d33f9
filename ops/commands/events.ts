import {
  type EventRecord,
  type EventWithPayload,
  type TollgateClient,
  TollgateError,
} from '@tollgate/client';
import { type Command, Option } from 'commander';
import { nearest } from '../../service/catalogue/catalogue';
import { handledEventTypes } from '../../service/handlers/index';
import { effectLines } from '../books/effect-lines';
import { eventLine, eventLines } from '../books/event-lines';
import { given, runCommand, withCaution } from '../command';
import { OpsFailure } from '../failure';
import { reachService, type ServiceOptions, withService } from '../service/access';
import { confirmService } from '../service/confirmation';
import { serviceFailure } from '../service-failure';
import { collect, follow, type ListOptions, printList, withLimit } from '../terminal/listing';
import { parseMoment, shownTime } from '../terminal/moments';
import { printJson, printJsonLine, printProgress, printText } from '../terminal/output';
import { pairLines } from '../terminal/table';

interface Filters {
  readonly status?: EventRecord['status'];
  readonly failed?: true;
  readonly type?: string;
  readonly user?: string;
  readonly about?: string;
  readonly since?: string;
  readonly until?: string;
}

interface ListEventsOptions extends ServiceOptions, ListOptions, Filters {
  readonly follow: boolean;
  readonly json: boolean;
}

interface ReplayOptions extends ServiceOptions, ListOptions, Filters {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `events`: what came in from Stripe and what became of it, and handling it again. */
export function addEvents(ops: Command): void {
  const events = ops
    .command('events')
    .description('the events that came in from Stripe: list, show, replay');
  withFilters(withLimit(withService(events.command('list'))))
    .description('events that came in, the last received first')
    .addOption(
      new Option('--status <status>', 'only those').choices([
        'processed',
        'ignored',
        'pending',
        'failed',
      ]),
    )
    .option('--failed', 'only those that were given up: --status failed')
    .option('--follow', 'go on printing those that come in, the newest last', false)
    .addHelpText('after', listExamples)
    .action((options: ListEventsOptions) => runCommand(options.json, () => list(options), ''));
  withService(events.command('show'))
    .description('one event, all that is recorded of it')
    .argument('<id>', 'evt_…', given)
    .option('--payload', 'with the event as Stripe sent it, personal data included', false)
    .action((id: string, options: ServiceOptions & { payload: boolean }) =>
      runCommand(options.json, () => show(id, options), ''),
    );
  withFilters(withLimit(withCaution(withService(events.command('replay')))))
    .description('handles events again; what was done before is not done twice')
    .argument('[ids...]', 'evt_…; or --failed')
    .option('--failed', 'all that were given up, the oldest first', undefined)
    .addHelpText('after', replayExamples)
    .action((ids: string[], options: ReplayOptions) =>
      runCommand(options.json, () => replay(ids, options)),
    );
}

const listExamples = `
  Examples:
    npm run ops -- events list --env prod --failed
    npm run ops -- events list --env prod --user ann --since 2d
    npm run ops -- events list --url "$URL" --type checkout.session.completed --follow`;

const replayExamples = `
  Examples:
    npm run ops -- events replay evt_1Q2w3E --env prod --dry-run
    npm run ops -- events replay --failed --since 6h --env prod`;

function withFilters(command: Command): Command {
  return command
    .option('--type <type>', 'only of this type, such as checkout.session.completed')
    .option('--user <id>', 'only those that name this user, or the Stripe customer of the user')
    .addOption(
      new Option('--about <id>', 'only those that name this object: pi_…, cs_…, sub_…').conflicts(
        'user',
      ),
    )
    .option(
      '--since <when>',
      'received since: 2h, 7d, 2026-11-27, 2026-11-27T10:00 (UTC)',
      parseMoment,
    )
    .option('--until <when>', 'received before', parseMoment);
}

async function list(options: ListEventsOptions): Promise<void> {
  const { client } = await reachService(options);
  hintAtType(options.type);
  const found = await find(client, options, options.limit);
  if (!options.follow)
    return printList(found, options, eventLines, 'No event has come in that is so.');
  const print = (event: EventRecord) => {
    if (options.json) printJsonLine(event);
    else for (const line of eventLine(event)) printText(line);
  };
  for (const event of found.rows.toReversed()) print(event);
  await follow(
    found.rows,
    { idOf: ({ eventId }) => eventId, timeOf: ({ receivedAt }) => receivedAt },
    async (since) => (await find(client, { ...options, since }, 1_000)).rows,
    print,
  );
}

function find(client: TollgateClient, filters: Filters, limit: number) {
  const { type, user, about, since, until } = filters;
  const status = filters.failed === true ? 'failed' : filters.status;
  return collect(limit, async (page) => {
    const query = {
      ...page,
      ...(status !== undefined && { status }),
      ...(type !== undefined && { type }),
      ...(user !== undefined && { ofUser: user }),
      ...(about !== undefined && { about }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    };
    const { events, nextCursor } = await client.get('/v1/admin/events', { params: { query } });
    return { rows: events, nextCursor };
  });
}

/** Types without a handler are recorded too, so that none can be refused. */
function hintAtType(type: string | undefined): void {
  if (type === undefined || handledEventTypes.some((known) => known === type)) return;
  printProgress(`${type} is no type that is handled${nearest(type, handledEventTypes)}`);
}

async function show(id: string, options: ServiceOptions & { payload: boolean }): Promise<void> {
  const { client } = await reachService(options);
  const event = await client.get('/v1/admin/events/{id}', { params: { path: { id } } });
  if (options.json) return printJson(event);
  for (const line of pairLines(pairsOf(event))) printText(line);
  if (options.payload) printText(JSON.stringify(event.payload, null, 2));
}

function pairsOf(event: EventWithPayload): [string, string | null][] {
  const utc = (moment: string | null) => moment && `${shownTime(moment)} UTC`;
  return [
    ['event', event.eventId],
    ['type', event.type],
    ['status', event.status],
    ['why', event.lastError],
    ...objectPairs(event),
    ['created', utc(event.createdAt)],
    ['received', `${utc(event.receivedAt)}, by ${event.receivedBy}`],
    ['handled', utc(event.processedAt)],
    ['attempts', String(event.attempts)],
    ['next attempt', utc(event.nextAttemptAt)],
    ['API version', event.apiVersion],
    ['mode', event.livemode === null ? null : event.livemode ? 'live' : 'test'],
    ['payload', event.payload === null ? 'no longer kept' : 'kept; --payload prints it'],
  ];
}

/** What the event is about, each to be looked for further. */
function objectPairs({ payload }: EventWithPayload): [string, string | null][] {
  const { object = {} } = (payload?.data ?? {}) as { object?: Record<string, unknown> };
  const members = [
    ['object', 'id'],
    ['customer', 'customer'],
    ['payment', 'payment_intent'],
    ['charge', 'charge'],
    ['subscription', 'subscription'],
    ['invoice', 'invoice'],
  ] as const;
  return members.map(([name, member]) => {
    const id = object[member];
    return [name, typeof id === 'string' ? id : null];
  });
}

async function replay(ids: readonly string[], options: ReplayOptions): Promise<void> {
  const isNamed = ids.length > 0;
  const { type, user, about, since, until } = options;
  if (isNamed && [type, user, about, since, until].some((filter) => filter !== undefined)) {
    throw new OpsFailure(
      'events are named, and there are filters too',
      'Filters are for --failed: name events or give filters.',
      'badUse',
    );
  }
  if (isNamed === (options.failed === true)) {
    throw new OpsFailure(
      isNamed ? 'ids and --failed are both there' : 'neither an id nor --failed was given',
      'Name the events (evt_…), or give --failed for all that were given up.',
      'badUse',
    );
  }
  const service = await reachService(options);
  const chosen = isNamed ? ids : await failedIds(service.client, options);
  if (!options.dryRun && chosen.length > 0) await confirmService(service, options.yes);
  let failures = 0;
  for (const id of chosen) {
    const isWell = await replayOne(service.client, id, options);
    if (!isWell) failures += 1;
  }
  if (chosen.length === 0) printProgress('No event failed that is so.');
  if (options.dryRun) printProgress('Nothing of this was done: --dry-run.');
  if (failures === 0) return;
  throw new OpsFailure(
    `${failures} of ${chosen.length} events could not be handled`,
    'docs/runbook.md, "Events failed", says what each code means.',
  );
}

/** What is wrong with one event says nothing of the next. */
const ownFaults: readonly string[] = [
  'event_not_found',
  'event_payload_pruned',
  'event_still_fails',
  'row_locked',
];

async function replayOne(
  client: TollgateClient,
  id: string,
  { dryRun, json }: ReplayOptions,
): Promise<boolean> {
  const params = { path: { id }, query: { dryRun } };
  try {
    const result = await client.post('/v1/admin/events/{id}/replay', { params });
    if (json) printJsonLine(result);
    else for (const line of effectLines(result)) printText(line);
    return result.status !== 'refused';
  } catch (error) {
    if (!(error instanceof TollgateError) || !ownFaults.includes(error.code)) throw error;
    const { message: seen, fix } = serviceFailure(error);
    if (json) printJsonLine({ eventId: id, ok: false, seen, fix });
    else printText(`✗ ${id}: ${seen}\n  → ${fix}`);
    return false;
  }
}

async function failedIds(client: TollgateClient, options: ReplayOptions): Promise<string[]> {
  const { rows, isMore } = await find(client, options, options.limit);
  if (isMore)
    printProgress(`These are the last ${options.limit} that failed: run it again for the rest.`);
  return rows.map(({ eventId }) => eventId).toReversed();
}
