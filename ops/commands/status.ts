import type { Overview } from '@tollgate/client';
import type { Command } from 'commander';
import { runCommand } from '../command';
import { type DeployedStatus, readDeployedStatus } from '../doctor/deployed-status';
import { OpsFailure } from '../failure';
import { reachService, type ServiceOptions, withService } from '../service/access';
import { shownAmount } from '../terminal/amounts';
import { shownAge, shownTime } from '../terminal/moments';
import { printJson, printText } from '../terminal/output';
import { pairLines } from '../terminal/table';

type Pair = readonly [string, string | null];

const examples = `
  Examples:
    npm run ops -- status --env prod
    npm run ops -- status --url "$URL"`;

/** `status`: on one screen what runs and how it stands. */
export function addStatus(ops: Command): void {
  withService(ops.command('status'))
    .description('on one screen: what runs, what is under way, what waits, what came in today')
    .addHelpText('after', examples)
    .action((options: ServiceOptions) => runCommand(options.json, () => show(options), ''));
}

async function show(options: ServiceOptions): Promise<void> {
  const { client, deployed, url } = await reachService(options);
  const [running, overview] = await Promise.all([
    deployed && readDeployedStatus(deployed, options.project),
    client.get('/v1/admin/overview').catch((error: Error) => error),
  ]);
  const isReached = !(overview instanceof Error);
  if (options.json) {
    printJson({ url, deployed: running ?? null, service: isReached ? overview : null });
  } else {
    const pairs: Pair[] = [
      ['service', `${deployed === undefined ? '' : `${deployed.name}, `}${url}`],
      ...(running === undefined ? [] : deployedPairs(running)),
      ...(isReached ? overviewPairs(overview) : []),
    ];
    for (const line of pairLines(pairs)) printText(line);
  }
  if (isReached) return;
  throw new OpsFailure(
    `the service did not say how it stands: ${overview.message}`,
    `npm run ops -- doctor --url ${url} says how far one gets.`,
  );
}

function deployedPairs(status: DeployedStatus): Pair[] {
  const { image, commit, since, tasks, failures, deployments, stacks, switches } = status;
  const isSteady = tasks.running === tasks.desired && tasks.pending === 0;
  return [
    ['image', image],
    ['commit', commit ?? 'not recorded'],
    ['since', since === null ? 'unknown' : `${shownTime(since)} UTC (${shownAge(since)})`],
    [
      'tasks',
      `${mark(isSteady)} ${tasks.running} of ${tasks.desired} run` +
        (tasks.pending === 0 ? '' : `, ${tasks.pending} start`),
    ],
    [
      'stopped',
      failures === null
        ? `? not known: ${status.failuresNotKnown}`
        : failures.length === 0
          ? '✓ no task failed within the last hour'
          : `✗ ${failures.length} failed within the last hour, the last: ${failures[0]}`,
    ],
    ['deployments', deployments.length === 0 ? '✓ none under way' : `… ${deployments.join('; ')}`],
    ['stacks', stacks.length === 0 ? '✓ none is changing or stuck' : `✗ ${stacks.join('; ')}`],
    ['flags', status.flagsGiven],
    ['switches', switches.length === 0 ? 'none is set' : `✗ ${switches.join(', ')}`],
  ];
}

function overviewPairs(overview: Overview) {
  const { stripeMode, processing, checkout, catalogue, events, outbox, moved } = overview;
  const { pending, failed, oldestPendingAt, last } = events;
  const { waiting, setAside, oldestWaitingAt } = outbox;
  const pairs: Pair[] = [
    ['mode', `Stripe ${stripeMode}; processing ${processing}; checkout ${checkout}`],
    ...(catalogue.status === 'current'
      ? []
      : [
          [
            'catalogue',
            `✗ what is stored is ${catalogue.status}; ${catalogue.version} is sold`,
          ] as const,
        ]),
    [
      'events',
      `${mark(failed === 0)} ${failed} failed, ${pending} to be handled${oldest(oldestPendingAt)}`,
    ],
    [
      'outbox',
      `${mark(setAside === 0)} ${setAside} set aside, ${waiting} to be published${oldest(oldestWaitingAt)}`,
    ],
    [
      'last event',
      last === null
        ? 'none has ever come in'
        : `${shownAge(last.receivedAt)} ago: ${last.type} ${last.eventId}`,
    ],
  ];
  const today = moved.map((each, at): Pair => [at === 0 ? 'today (UTC)' : '', movement(each)]);
  return [
    ...pairs,
    ...(today.length === 0 ? [['today (UTC)', 'nothing was paid'] as const] : today),
  ];
}

function movement({
  unit,
  receivedMinor,
  creditedMinor,
  takenBackMinor,
}: Overview['moved'][number]) {
  const parts = [`${shownAmount(creditedMinor, unit)} credited`];
  if (receivedMinor !== 0) parts.unshift(`${shownAmount(receivedMinor, unit)} taken in`);
  if (takenBackMinor !== 0) parts.push(`${shownAmount(takenBackMinor, unit)} taken back`);
  return parts.join(', ');
}

const mark = (isWell: boolean) => (isWell ? '✓' : '✗');
const oldest = (moment: string | null) =>
  moment === null ? '' : `, the oldest for ${shownAge(moment)}`;
