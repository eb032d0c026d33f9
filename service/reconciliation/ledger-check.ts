import { readTrialBalance } from '../store/trial-balance';
import type { RunContext } from './run-context';

/** Every account whose materialised balance is not the sum of its transfers is reported. */
export async function checkLedger(run: RunContext): Promise<void> {
  const trial = await readTrialBalance(run.database, run.signal);
  run.journal.lookedAt += trial.accountsCount;
  run.onLedgerChecked(trial.differencesCount);
  for (const { account, unit, balanceMinor, transfersMinor } of trial.differences) {
    run.journal.differ(
      account,
      'balance_differs',
      `the ${unit} of ${account} stand at ${balanceMinor}, but its transfers add up to ` +
        `${transfersMinor}`,
    );
  }
  await run.checkpoint();
}
