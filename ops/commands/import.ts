import type { Command } from 'commander';
import { environmentVariables as names } from '../../service/contract';
import { createSecretStore } from '../../service/secrets/manager';
import { resolveDatabaseAddress } from '../../service/store/address';
import { Database, isUnavailable } from '../../service/store/database';
import { runCommand } from '../command';
import { OpsFailure } from '../failure';
import {
  type FileReport,
  type ImportReport,
  type ImportSources,
  importFiles,
} from '../import/import';
import { RowError } from '../import/rows';
import { printJson, printProgress, printText } from '../terminal/output';

interface Options extends ImportSources {
  readonly databaseUrl?: string;
  readonly databaseSecretArn?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const progressIntervalMillis = 1_000;

/** `import`: users, what they have and how it came to be, from the system of before. */
export function addImport(ops: Command): void {
  ops
    .command('import')
    .description(
      'imports customers, history and opening balances from CSV or JSON lines (.jsonl), as ' +
        'docs/moving/importing.md says; run again, it writes what is missing; 1 if a row was ' +
        'refused or the ledger does not add up',
    )
    .option('--customers <file>', 'user_id, customer_id')
    .option(
      '--history <file>',
      'id, user_id, unit, amount_minor or amount, occurred_at, description',
    )
    .option('--balances <file>', 'user_id, unit, amount_minor or amount')
    .option('--database-url <url>', `where the database is; default: ${names.databaseUrl}`)
    .option('--database-secret-arn <arn>', 'the secret that says where it is, as RDS writes it')
    .option('--dry-run', 'reads and compares everything, and writes nothing', false)
    .option('--json', 'print the report as JSON', false)
    .action((options: Options) =>
      runCommand(options.json, async () => {
        const report = await runImport(options).catch((error: unknown) => {
          throw importFailure(error);
        });
        if (options.json) printJson(report);
        else printReport(report);
        process.exitCode = report.isSound ? 0 : 1;
      }),
    );
}

/** Whatever it was: what is written stays written, and is not written again. */
export function importFailure(error: unknown): OpsFailure {
  if (error instanceof OpsFailure) return error;
  const { message, name } = error instanceof Error ? error : new Error(String(error));
  const isOfFile =
    error instanceof RowError ||
    (error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'EISDIR', 'EACCES'].includes(String(error.code)));
  if (isOfFile) return failed(message, 'Repair the file, or name another.', error);
  if (isUnavailable(error)) return databaseFailure(error);
  return failed(`${name}: ${message}`, 'This is neither of the file nor of the database.', error);
}

function databaseFailure(error: unknown): OpsFailure {
  const fix = 'Check the address of the database, and that you may reach it and read its secret.';
  return failed(error instanceof Error ? error.message : String(error), fix, error);
}

const failed = (seen: string, fix: string, cause: unknown) =>
  new OpsFailure(seen, `${fix} Run again, it writes what is missing.`, 'failed', { cause });

async function runImport(options: Options): Promise<ImportReport> {
  const { customers, history, balances, databaseSecretArn: secretArn } = options;
  if (customers === undefined && history === undefined && balances === undefined) {
    throw new OpsFailure(
      'nothing to import; name --customers, --history or --balances',
      'Each takes a file: docs/moving/importing.md.',
      'badUse',
    );
  }
  const url = options.databaseUrl ?? process.env[names.databaseUrl];
  if (url === undefined && secretArn === undefined) {
    throw new OpsFailure(
      `no database is named; set ${names.databaseUrl} or give --database-url`,
      'In AWS: --database-secret-arn, with output DatabaseSecretArn of the data stack.',
      'badUse',
    );
  }
  const where = secretArn === undefined ? { url: url ?? '' } : { secretArn };
  const database = new Database({
    address: () => resolveDatabaseAddress(where, createSecretStore()),
    poolMax: 2,
    onConnectionLost: (error) => printProgress(`a connection was lost: ${error.message}`),
  });
  const waiting = (error: unknown) => printProgress(`waiting for the database: ${String(error)}`);
  await database.open(waiting, AbortSignal.timeout(60_000)).catch((error: unknown) => {
    throw databaseFailure(error);
  });
  try {
    return await importFiles(
      database,
      { customers, history, balances },
      { isDryRun: options.dryRun, onProgress: progressEachSecond() },
    );
  } finally {
    await database.close();
  }
}

function progressEachSecond(): (report: FileReport) => void {
  const since = Date.now();
  let shownAt = since;
  return ({ kind, rows }) => {
    const now = Date.now();
    if (now - shownAt < progressIntervalMillis) return;
    shownAt = now;
    printProgress(
      `${kind}: ${rows.toLocaleString('en-US')} rows, ${Math.round((now - since) / 1000)} s`,
    );
  };
}

function printReport({ isDryRun, files, trialBalance }: ImportReport): void {
  for (const { kind, rows, fresh, unchanged, refused, faults } of files) {
    const written = isDryRun ? 'to be written' : 'written';
    printText(
      `${kind}: ${rows} rows: ${fresh} ${written}, ${unchanged} unchanged, ${refused} refused`,
    );
    for (const fault of faults) printText(`  ${fault}`);
  }
  const { isBalanced, transfers, accounts, differences } = trialBalance;
  printText(
    isBalanced
      ? `trial balance: 0, of ${transfers} transfers and ${accounts} balances`
      : `trial balance: NOT 0, ${differences} accounts differ; see docs/runbook.md`,
  );
}
