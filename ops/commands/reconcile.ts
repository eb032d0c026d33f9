import { setTimeout as sleep } from 'node:timers/promises';
import type { Reconciliation, ReconciliationKind } from '@tollgate/client';
import { Argument, type Command } from 'commander';
import { runCommand, withYes } from '../command';
import { OpsFailure } from '../failure';
import { reachService, type Service, type ServiceOptions, withService } from '../service/access';
import { confirmService } from '../service/confirmation';
import { type ListOptions, printList, withLimit } from '../terminal/listing';
import { parseMoment, shownTime } from '../terminal/moments';
import { printProgress } from '../terminal/output';
import { Steps } from '../terminal/steps';
import { type Column, plain, tableLines } from '../terminal/table';

interface ReconcileOptions extends ServiceOptions, ListOptions {
  readonly since?: string;
  readonly until?: string;
  readonly list: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const kinds = ['events', 'objects'] as const satisfies readonly ReconciliationKind[];
const pollMillis = 2_000;

const examples = `
  events: those that Stripe could not deliver; with --since or --until all of that time.
  objects: sessions, charges, refunds, disputes, invoices and subscriptions that Stripe created in
  that time, and the balances of all accounts. What was missed is made up for; nothing is done twice.

  Examples:
    npm run ops -- reconcile events --env prod
    npm run ops -- reconcile objects --since 2026-11-26 --env prod
    npm run ops -- reconcile --list --env prod`;

/** `reconcile`: compares Stripe with what is booked now, and makes up for what was missed. */
export function addReconcile(ops: Command): void {
  withYes(withLimit(withService(ops.command('reconcile'))))
    .description('compares what Stripe has with what is booked, and makes up for what was missed')
    .addArgument(new Argument('[kind]', 'by default both, one after the other').choices(kinds))
    .option(
      '--since <when>',
      'created since: 2h, 7d, 2026-11-27 (UTC); default: the regular run',
      parseMoment,
    )
    .option('--until <when>', 'created before', parseMoment)
    .option('--list', 'the last runs and what they found, in place of a new one', false)
    .addHelpText('after', examples)
    .action((kind: ReconciliationKind | undefined, options: ReconcileOptions) =>
      runCommand(
        options.json,
        () => (options.list ? list(kind, options) : run(kind, options)),
        options.list ? '' : 'Interrupted. A run that has begun goes on: reconcile --list shows it.',
      ),
    );
}

async function run(kind: ReconciliationKind | undefined, options: ReconcileOptions): Promise<void> {
  const service = await reachService(options);
  await confirmService(service, options.yes);
  const steps = new Steps(options.json);
  const runs: Reconciliation[] = [];
  for (const each of kind === undefined ? kinds : [kind]) {
    await steps.run(`reconcile ${each}`, async () => {
      const ended = await runOne(service, each, options);
      runs.push(ended);
      if (ended.error !== null) {
        throw new OpsFailure(
          `the run ${ended.status}: ${ended.error}`,
          'docs/runbook.md, "Reconciliation failed". What was reached stays.',
        );
      }
      return inWords(ended);
    });
    for (const line of findingLines(runs.at(-1)?.findings ?? [])) steps.say(line);
  }
  const differences = runs.reduce((sum, each) => sum + each.differences, 0);
  steps.finish({ ok: differences === 0, runs });
  if (differences === 0) return;
  printProgress(
    `✗ ${differences} differences need a person\n  → docs/runbook.md, "Reconciliation differences".`,
  );
  process.exitCode = 1;
}

async function runOne(
  { client }: Service,
  kind: ReconciliationKind,
  { since, until }: ReconcileOptions,
): Promise<Reconciliation> {
  const body = {
    kind,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  let current = await client.post('/v1/admin/reconciliations', { body });
  while (current.status === 'running') {
    printProgress(`… ${kind}: ${current.lookedAt} looked at`);
    await sleep(pollMillis);
    const params = { path: { runId: current.runId } };
    current = await client.get('/v1/admin/reconciliations/{runId}', { params });
  }
  return current;
}

const inWords = ({ since, until, lookedAt, repaired, differences }: Reconciliation) =>
  `${shownTime(since)} to ${shownTime(until)} UTC: ${lookedAt} looked at, ${repaired} made up for, ` +
  `${differences} differences`;

function findingLines(findings: Reconciliation['findings']): string[] {
  return findings.map(
    ({ kind, id, what }) => `    ${kind === 'repaired' ? '✓' : '✗'} ${id}: ${plain(what)}`,
  );
}

const columns: readonly Column<Reconciliation>[] = [
  { heading: 'started (UTC)', of: ({ startedAt }) => shownTime(startedAt).slice(5) },
  { heading: 'kind', of: ({ kind }) => kind },
  { heading: 'status', of: ({ status }) => status },
  { heading: 'looked at', of: ({ lookedAt }) => String(lookedAt), align: 'right' },
  { heading: 'made up', of: ({ repaired }) => String(repaired), align: 'right' },
  { heading: 'differ', of: ({ differences }) => String(differences), align: 'right' },
  { heading: 'by', of: ({ startedBy }) => startedBy, isElastic: true },
];

async function list(
  kind: ReconciliationKind | undefined,
  options: ReconcileOptions,
): Promise<void> {
  const { client } = await reachService(options);
  const query = { limit: Math.min(options.limit, 100), ...(kind !== undefined && { kind }) };
  const { runs } = await client.get('/v1/admin/reconciliations', { params: { query } });
  printList(
    { rows: runs, isMore: false },
    options,
    (rows) => {
      const [heading = '', ...lines] = tableLines(rows, columns);
      return [
        heading,
        ...rows.flatMap((each, at) => [
          lines[at] ?? '',
          ...(each.error === null ? [] : [`    ${plain(each.error)}`]),
          ...findingLines(each.findings),
        ]),
      ];
    },
    'No run of the last 30 days is recorded.',
  );
}
