import type { Log } from '../log';
import type { Database } from '../store/database';
import { mayHaveMore, pruneIdempotencyKeys, prunePayloads, prunePublished } from '../store/pruning';

/** How long what may hold personal data is kept after its work is done. Transfers are kept for ever. */
const retentionDays = { payloads: 30, publishedMessages: 30, idempotencyKeys: 7 } as const;

/** A run ends after this many batches; the next one goes on. */
const batchesMax = 100;

/**
 * Prunes what is older than its retention, a batch a statement, until nothing is left or enough has
 * been done for this time. Tasks that prune at once skip each other's rows.
 */
export async function prune(
  { database, log }: { readonly database: Database; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const payloads = await inBatches(signal, () => prunePayloads(database, retentionDays.payloads));
  const messages = await inBatches(signal, () =>
    prunePublished(database, retentionDays.publishedMessages),
  );
  const keys = await inBatches(signal, () =>
    pruneIdempotencyKeys(database, retentionDays.idempotencyKeys),
  );
  if (payloads + messages + keys > 0) log.info({ payloads, messages, keys }, 'pruned');
}

async function inBatches(signal: AbortSignal, pruneBatch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < batchesMax && !signal.aborted; batch += 1) {
    const pruned = await pruneBatch();
    total += pruned;
    if (!mayHaveMore(pruned)) break;
  }
  return total;
}
