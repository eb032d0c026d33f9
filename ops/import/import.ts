import type { Database } from '../../service/store/database';
import {
  type BatchResult,
  hasImportedHistory,
  importBalances,
  importCustomers,
  importHistory,
} from '../../service/store/imports';
import type { Transaction } from '../../service/store/queryable';
import { readTrialBalance, type TrialBalance } from '../../service/store/trial-balance';
import { balanceOf, changeOf, customerOf, RowError, readRows, type SourceRow } from './rows';

/** Large enough to be fast, and far from the 5 s that a statement may take. */
const batchSize = 5_000;
const shownMax = 20;

export interface ImportSources {
  readonly customers?: string | undefined;
  readonly history?: string | undefined;
  readonly balances?: string | undefined;
}

/** What became of one file. */
export interface FileReport {
  readonly kind: keyof ImportSources;
  readonly file: string;
  rows: number;
  /** Written, or to be written. */
  fresh: number;
  /** There already, or nothing to write. */
  unchanged: number;
  /** Not as they must be, or not as what stands: left out. */
  refused: number;
  /** The first of those, each with its line and what to do. */
  readonly faults: string[];
}

export interface ImportReport {
  readonly isDryRun: boolean;
  readonly files: readonly FileReport[];
  readonly trialBalance: {
    readonly isBalanced: boolean;
    readonly transfers: number;
    readonly accounts: number;
    readonly differences: number;
  };
  /** Nothing was refused, and the ledger adds up. */
  readonly isSound: boolean;
}

interface ImportOptions {
  readonly isDryRun: boolean;
  /** Called after each batch. */
  readonly onProgress: (file: FileReport) => void;
}

/**
 * Imports customers, then history, then balances, in batches that commit by themselves: one that is
 * cut off is run again from the beginning, and writes what is missing. Rows that cannot be imported
 * are reported and left out.
 * @throws RowError for a file that cannot be read on; the file system's and the database's errors
 */
export async function importFiles(
  database: Database,
  sources: ImportSources,
  options: ImportOptions,
): Promise<ImportReport> {
  const write = !options.isDryRun;
  const files: FileReport[] = [];
  const run = async <Row>(
    kind: keyof ImportSources,
    read: (row: SourceRow) => Row,
    keyOf: (row: Row) => string,
    store: (transaction: Transaction, rows: readonly Row[]) => Promise<BatchResult>,
  ) => {
    const file = sources[kind];
    if (file === undefined) return;
    const report = { kind, file, rows: 0, fresh: 0, unchanged: 0, refused: 0, faults: [] };
    files.push(report);
    await importFile(database, report, { read, keyOf, store, onProgress: options.onProgress });
  };
  await run(
    'customers',
    customerOf,
    ({ userId }) => userId,
    (transaction, rows) => importCustomers(transaction, rows, write),
  );
  await run(
    'history',
    changeOf,
    ({ id }) => id,
    (transaction, rows) => importHistory(transaction, rows, write),
  );
  const afterHistory = sources.balances !== undefined && (await hasImportedHistory(database));
  await run(
    'balances',
    balanceOf,
    ({ userId, unit }) => `${unit}:${userId}`,
    (transaction, rows) => importBalances(transaction, rows, { write, afterHistory }),
  );
  const trial = await readTrialBalance(database, new AbortController().signal);
  const trialBalance = summaryOf(trial);
  return {
    isDryRun: options.isDryRun,
    files,
    trialBalance,
    isSound: trialBalance.isBalanced && files.every(({ refused }) => refused === 0),
  };
}

async function importFile<Row>(
  database: Database,
  report: FileReport,
  how: {
    readonly read: (row: SourceRow) => Row;
    readonly keyOf: (row: Row) => string;
    readonly store: (transaction: Transaction, rows: readonly Row[]) => Promise<BatchResult>;
    readonly onProgress: (file: FileReport) => void;
  },
): Promise<void> {
  let batch = new Map<string, { readonly row: Row; readonly line: number }>();
  const refuse = (line: number, why: string) => {
    report.refused += 1;
    if (report.faults.length < shownMax) report.faults.push(`${report.file}:${line}: ${why}`);
  };
  const flush = async () => {
    const entries = [...batch.values()];
    batch = new Map();
    if (entries.length === 0) return;
    const { fresh, conflicts } = await database.transaction((transaction) =>
      how.store(
        transaction,
        entries.map(({ row }) => row),
      ),
    );
    for (const { index, standing } of conflicts) {
      refuse(entries[index]?.line ?? 0, `${standing} before; correct the row, or leave it out`);
    }
    report.fresh += fresh;
    report.unchanged += entries.length - fresh - conflicts.length;
    how.onProgress(report);
  };
  for await (const source of readRows(report.file)) {
    report.rows += 1;
    try {
      const row = how.read(source);
      const key = how.keyOf(row);
      // A second row of one thing is compared with the first, once that stands.
      if (batch.has(key)) await flush();
      batch.set(key, { row, line: source.line });
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      refuse(source.line, error.message);
    }
    if (batch.size >= batchSize) await flush();
  }
  await flush();
}

function summaryOf({ units, ...trial }: TrialBalance): ImportReport['trialBalance'] {
  const sums = units.map(({ systemAccounts, usersByBalances }) =>
    [...systemAccounts.values()].reduce((sum, each) => sum + each, usersByBalances),
  );
  return {
    isBalanced: trial.differencesCount === 0 && sums.every((sum) => sum === 0n),
    transfers: trial.transfersCount,
    accounts: trial.accountsCount,
    differences: trial.differencesCount,
  };
}
