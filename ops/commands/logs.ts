import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Command, Option } from 'commander';
import { readDeployed } from '../aws/deployed';
import { asking } from '../aws/failure';
import { isWanted, levels, logLine, patternFor, type Wanted } from '../books/log-lines';
import { type CommonOptions, runCommand, withTarget } from '../command';
import { type ListOptions, withLimit } from '../terminal/listing';
import { parseMoment } from '../terminal/moments';
import { printJsonLine, printProgress, printText } from '../terminal/output';

interface LogsOptions extends CommonOptions, ListOptions, Wanted {
  readonly since: string;
  readonly until?: string;
  readonly follow: boolean;
}

const examples = `
  Times are in UTC. The figures that the service logs for CloudWatch each minute are left out. What
  Node.js itself prints, when it crashes say, has no level: leave --level out to see it.

  Examples:
    npm run ops -- logs --env prod --level error --since 6h
    npm run ops -- logs --env prod --grep evt_1Q2w3E --since 2d
    npm run ops -- logs --env prod --follow`;

const pollMillis = 2_000;
/** CloudWatch shows a line some seconds after it was written. */
const overlapMillis = 30_000;
const rememberedMax = 20_000;

/** `logs`: what the service logs, followed and filtered. */
export function addLogs(ops: Command): void {
  withLimit(withTarget(ops.command('logs')))
    .description('what the service has logged, the newest last')
    .option(
      '--since <when>',
      'since: 15m, 2h, 2026-11-27T10:00 (UTC)',
      parseMoment,
      parseMoment('15m'),
    )
    .option('--until <when>', 'before', parseMoment)
    .addOption(new Option('--level <level>', 'of this level or a higher one').choices(levels))
    .option('--grep <text>', 'only lines with this text: an id, a code, a word')
    .option('--follow', 'go on printing what is logged', false)
    .addHelpText('after', examples)
    .action((options: LogsOptions) => runCommand(options.json, () => show(options), ''));
}

async function show(options: LogsOptions): Promise<void> {
  const deployed = await readDeployed(options);
  const group = deployed.get('LogGroupName');
  const client = new CloudWatchLogsClient(deployed.clients);
  try {
    const found = await read(client, group, options, Date.parse(options.since));
    const shown = found.slice(-options.limit);
    if (shown.length < found.length) {
      printProgress(
        `… the last ${shown.length} of ${found.length} lines: raise --limit, or narrow them.`,
      );
    }
    for (const event of shown) print(event, options.json);
    if (found.length === 0 && !options.json) printProgress('Nothing was logged that is so.');
    if (options.follow) await follow(client, group, options, found);
  } finally {
    client.destroy();
  }
}

/** So much is read at most, whatever is asked for. */
const linesMax = 50_000;

async function read(
  client: CloudWatchLogsClient,
  logGroupName: string,
  options: LogsOptions,
  startTime: number,
): Promise<FilteredLogEvent[]> {
  const filterPattern = patternFor(options);
  const input = {
    logGroupName,
    startTime,
    ...(options.until !== undefined && { endTime: Date.parse(options.until) }),
    ...(filterPattern !== undefined && { filterPattern }),
  };
  const found: FilteredLogEvent[] = [];
  await asking(`reading the log ${logGroupName}`, async () => {
    for await (const { events } of paginateFilterLogEvents({ client }, input)) {
      found.push(...(events ?? []).filter(({ message }) => isWanted(message ?? '', options)));
      if (found.length < linesMax) continue;
      printProgress(
        `… there are more than ${linesMax} lines: narrow them by --since, --level, --grep.`,
      );
      return;
    }
  });
  return found.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
}

async function follow(
  client: CloudWatchLogsClient,
  group: string,
  options: LogsOptions,
  known: readonly FilteredLogEvent[],
): Promise<never> {
  const seen = new Set(known.map(({ eventId }) => eventId));
  for (;;) {
    await sleep(pollMillis);
    for (const event of await read(client, group, options, Date.now() - overlapMillis)) {
      if (seen.has(event.eventId)) continue;
      seen.add(event.eventId);
      print(event, options.json);
    }
    for (const id of seen) {
      if (seen.size <= rememberedMax) break;
      seen.delete(id);
    }
  }
}

function print(
  { message = '', timestamp = 0, logStreamName }: FilteredLogEvent,
  json: boolean,
): void {
  if (json) printJsonLine({ timestamp, logStreamName, message: message.trimEnd() });
  else printText(logLine(message, timestamp));
}
