import type Stripe from 'stripe';
import { handledEventTypes } from '../handlers/index';
import type { Journal } from './journal';
import { type RunContext, slicesOf } from './run-context';

const sliceMillis = 24 * 3_600_000;

/**
 * Takes in the events that Stripe could not deliver, or is still trying to: through the inbox, where
 * one that came in before is a duplicate and changes nothing.
 * https://docs.stripe.com/webhooks/process-undelivered-events
 * @throws Problem `stripe_…`, `database_unavailable`, `overloaded`; what was reached stays recorded
 */
export async function reconcileEvents(run: RunContext): Promise<void> {
  for (const slice of slicesOf(run.range, sliceMillis)) {
    const pages = run.listing.events(handledEventTypes, slice, !run.isThorough, run.signal);
    for await (const page of pages) {
      await takeIn(run, page);
      await run.checkpoint();
    }
    await run.checkpoint(slice.until);
  }
}

async function takeIn(run: RunContext, page: readonly Stripe.Event[]): Promise<void> {
  await Promise.all(page.map((event) => takeInOne(run, event)));
}

async function takeInOne(
  { receiver, journal }: { receiver: RunContext['receiver']; journal: Journal },
  event: Stripe.Event,
): Promise<void> {
  const receipt = await receiver.receive(event, 'reconciliation');
  journal.lookedAt += 1;
  if (receipt.status === 'failed') {
    journal.differ(event.id, receipt.refusal.code, receipt.refusal.message);
  } else if (receipt.status !== 'duplicate') {
    journal.repair(event.id, receipt.status === 'processed' ? receipt.outcome : receipt.status);
  }
}
