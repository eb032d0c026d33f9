import { pino } from 'pino';
import { Problem } from '../../service/errors';
import type { Plans } from '../../service/handlers/handling';
import { Receiver } from '../../service/inbox/receive';
import { Reconciler } from '../../service/reconciliation/reconciler';
import type { Database } from '../../service/store/database';
import { StripeClient } from '../../service/stripe/client';
import { StripeListing } from '../../service/stripe/listing';
import { countingBookkeeper } from './bookkeeper';
import { noPlans } from './plans';
import { stripeKey } from './running-service';
import { eventually } from './waiting';

/** A reconciler as a task of its own has one, and how many differences and failures it has reported. */
export function reconcilerOf(
  database: Database,
  stripeUrl: string,
  processing: 'on' | 'paused' = 'on',
  catalogue: Plans = noPlans,
) {
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const stripe = new StripeClient(stripeKey, new URL(stripeUrl));
  const reported = { differences: 0, failed: 0 };
  const { bookkeeper, counted } = countingBookkeeper();
  const receiver = new Receiver({
    database,
    log,
    counter: { count: () => undefined },
    groupsInFlight: 2,
    bookkeeper,
    wakeInbox: () => undefined,
    processing,
    catalogue,
  });
  const reconciler = new Reconciler({
    database,
    stripe,
    // The local Stripe need not be spared.
    listing: new StripeListing(stripe, 1_000),
    catalogue,
    bookkeeper,
    receiver,
    log,
    onDifference: () => {
      reported.differences += 1;
    },
    onFailed: () => {
      reported.failed += 1;
    },
    onLedgerChecked: () => undefined,
    processing,
  });
  return { reconciler, receiver, bookkeeper, stripe, reported, counted };
}

/** Runs one to its end, after the service's own if that is under way, and returns what is recorded. */
export async function runToEnd(
  reconciler: Reconciler,
  name: 'events' | 'objects',
  range: { readonly since?: Date; readonly until?: Date } = {},
) {
  const begun = await eventually(`a free turn to reconcile ${name}`, () =>
    reconciler.start(name, { startedBy: 'a-test', ...range }).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'reconciliation_running') return undefined;
      throw error;
    }),
  );
  await begun.ended;
  const run = await reconciler.read(begun.runId);
  if (run === undefined) throw new Error(`the run ${begun.runId} is not recorded`);
  return run;
}
