import { expireHold } from '../ledger/holds';
import type { Log } from '../log';
import { applyDecisions } from '../store/apply';
import type { Database } from '../store/database';
import { lockDueHolds, updateHolds } from '../store/holds';
import { endingOf } from './holds';

/** How many holds one transaction expires at most. */
const batchSize = 100;

/**
 * Gives back what was held for too long, a batch in a transaction, until nothing is due. One task
 * does it at a time.
 * @returns how many holds it expired
 * @throws Problem `database_unavailable`, `row_locked`
 */
export async function expireHolds(
  options: {
    readonly database: Database;
    readonly log: Log;
    readonly onCommit: () => void;
  },
  signal: AbortSignal,
): Promise<number> {
  for (let expired = 0; ; ) {
    const count = await options.database.transaction(async (client) => {
      const changes = (await lockDueHolds(client, batchSize)).map(expireHold);
      if (changes.length === 0) return 0;
      const holds = changes.map(({ hold }) => hold);
      await Promise.all([
        updateHolds(client, holds),
        applyDecisions(client, changes.map(endingOf)),
      ]);
      return changes.length;
    });
    expired += count;
    if (count > 0) {
      options.log.info({ holds: count }, 'holds expired');
      options.onCommit();
    }
    if (count < batchSize || signal.aborted) return expired;
  }
}
