import type { Bookkeeper } from '../bookkeeping/bookkeeper';
import type { Log } from '../log';
import type { Database } from '../store/database';
import { lockDueHolds } from '../store/holds';
import { expireWork } from './holds';

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
    readonly bookkeeper: Bookkeeper;
    readonly log: Log;
  },
  signal: AbortSignal,
): Promise<number> {
  for (let expired = 0; ; ) {
    const count = await options.database.transaction(async (transaction) => {
      const due = await lockDueHolds(transaction, batchSize);
      await options.bookkeeper.book(transaction, due.map(expireWork));
      return due.length;
    });
    expired += count;
    if (count > 0) options.log.info({ holds: count }, 'holds expired');
    if (count < batchSize || signal.aborted) return expired;
  }
}
