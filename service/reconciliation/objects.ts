import type Stripe from 'stripe';
import { workOf } from '../bookkeeping/handling-work';
import { asProblem, Problem } from '../errors';
import { idOf } from '../handlers/handling';
import { handlingOfObject, hasFailed } from '../handlers/objects';
import { isPaid } from '../handlers/versions';
import { type AwaitedObject, forgetAwaited, readAwaited, recordAwaited } from '../store/awaited';
import { isUnavailable } from '../store/database';
import { readInvoices } from '../store/subscriptions';
import { readPaidObjects, readUnsettledObjects, type UnsettledObject } from '../store/unsettled';
import { isOfOneObject } from '../stripe/errors';
import type { ListedKind, ListedObject, ObjectReference, TimeRange } from '../stripe/listing';
import { compareWithOurs, type Standing } from './comparison';
import { checkLedger } from './ledger-check';
import { isChange } from './preview';
import { type RunContext, slicesOf } from './run-context';

const sliceMillis = 24 * 3_600_000;
const unsettledPageSize = 500;

/**
 * Customers first, who say whose the others are; refunds before the charges of their time, whose
 * figures then say nothing new.
 */
const listedKinds: readonly ListedKind[] = [
  'customer',
  'checkout.session',
  'invoice',
  'subscription',
  'credit_note',
  'refund',
  'dispute',
  'charge',
];

/**
 * Compares Stripe's objects with ours, both ways: what Stripe created within the range, and what we
 * hold for paid or await more of. Each that differs goes through the handlers of its events, so that
 * an event that Stripe never generated is made up for; what they cannot explain is reported.
 * @throws Problem `stripe_…`, `database_unavailable`; what was reached stays recorded
 */
export async function reconcileObjects(run: RunContext): Promise<void> {
  for (const slice of slicesOf(run.range, sliceMillis)) {
    await reconcileSlice(run, slice);
    await run.checkpoint(slice.until);
    run.log.info({ runId: run.journal.runId, reached: slice.until }, 'reconciliation progresses');
  }
  await reconcileUnsettled(run);
  await reconcileAwaited(run);
  await checkLedger(run);
}

async function reconcileSlice(run: RunContext, slice: TimeRange): Promise<void> {
  const seen = new Set<string>();
  for (const kind of listedKinds) {
    for await (const page of run.listing.objects(kind, slice, run.signal)) {
      for (const { id } of page) seen.add(id);
      await reconcilePage(run, page);
    }
  }
  const paid = await readPaidObjects(run.database, slice.from, slice.until);
  for (const reference of paid) if (!seen.has(reference.id)) await reconcileOurs(run, reference);
}

async function reconcileUnsettled(run: RunContext): Promise<void> {
  for (let after: UnsettledObject | undefined; ; ) {
    const page = await readUnsettledObjects(run.database, after, unsettledPageSize);
    for (const reference of page) await reconcileOurs(run, reference);
    after = page.at(-1);
    if (page.length < unsettledPageSize) return;
  }
}

/** What was not paid when it was last looked at, however long ago it was made. */
async function reconcileAwaited(run: RunContext): Promise<void> {
  for (let after: AwaitedObject | undefined; ; ) {
    const page = await readAwaited(run.database, after, unsettledPageSize);
    for (const awaited of page) {
      const object = await run.listing.find(awaited, run.signal);
      run.journal.lookedAt += 1;
      // A draft can be deleted. What is refused is reported again, until somebody has mended it.
      const isReported = object !== undefined && (await handle(run, object)) === 'reported';
      if (!isReported && isSettled(object)) await forgetAwaited(run.database, awaited);
      await run.checkpoint();
    }
    after = page.at(-1);
    if (page.length < unsettledPageSize) return;
  }
}

function isSettled(object: ListedObject | undefined): boolean {
  if (object?.object === 'invoice') return isPaid(object) || object.status === 'void';
  if (object?.object !== 'checkout.session') return true;
  return object.payment_status !== 'unpaid' || object.status === 'expired' || hasFailed(object);
}

/** One that we know of, as Stripe has it now. */
async function reconcileOurs(run: RunContext, reference: ObjectReference): Promise<void> {
  const object = await run.listing.find(reference, run.signal);
  if (object !== undefined) {
    await reconcilePage(run, [object]);
    if (object.object === 'subscription') await reconcileLatestInvoice(run, object);
    return;
  }
  run.journal.lookedAt += 1;
  const { kind, id } = reference;
  run.journal.differ(
    id,
    'missing_at_stripe',
    `we hold the ${kind} ${id}, but Stripe answers our key that there is none; it is left as it is: ` +
      'compare the account of STRIPE_SECRET_KEY with the one that sends the events',
  );
  await run.checkpoint();
}

/**
 * A bank debit may pay an invoice many days after it was made, when no range lists it any more. One
 * that no range listed before either, as after a restore, is found as its subscription's latest.
 */
async function reconcileLatestInvoice(
  run: RunContext,
  subscription: Stripe.Subscription,
): Promise<void> {
  const id = idOf(subscription.latest_invoice);
  if (id === null || (await readInvoices(run.database, [id])).has(id)) return;
  const invoice = await run.listing.find({ kind: 'invoice', id }, run.signal);
  if (invoice?.object === 'invoice') await reconcilePage(run, [invoice]);
}

async function reconcilePage(run: RunContext, page: readonly ListedObject[]): Promise<void> {
  run.journal.lookedAt += page.length;
  const standingOf = await compareWithOurs(run.database, page);
  for (const object of page) {
    run.signal.throwIfAborted();
    if (standingOf(object) !== 'same') await reconcile(run, object);
    await run.checkpoint();
  }
}

/** Does what the object's event would do; one that then still differs is looked at afresh. */
async function reconcile(run: RunContext, listed: ListedObject): Promise<void> {
  const first = await handle(run, listed);
  if (first !== 'no_change' || (await standingNow(run, listed)) === 'unknown') return;
  // It may have changed at Stripe, and here by its event, since it was listed.
  const object = await run.listing.find({ kind: listed.object, id: listed.id }, run.signal);
  if (object === undefined || (await handle(run, object)) !== 'no_change') return;
  const standing = await standingNow(run, object);
  if (typeof standing === 'object')
    run.journal.differ(object.id, 'state_differs', standing.differs);
}

async function standingNow(run: RunContext, object: ListedObject): Promise<Standing> {
  return (await compareWithOurs(run.database, [object]))(object);
}

async function handle(
  run: RunContext,
  object: ListedObject,
): Promise<'repaired' | 'no_change' | 'reported' | 'awaited'> {
  const handling = handlingOfObject(object);
  if (handling === undefined) return 'no_change';
  if (run.journal.hasReported(object.id)) return 'reported';
  try {
    const work = await workOf(handling, run);
    const outcome = await run.database.transaction((transaction) =>
      run.bookkeeper.bookOne(transaction, work),
    );
    if (outcome.status === 'refused') {
      run.journal.differ(object.id, outcome.refusal.code, outcome.refusal.message);
      return 'reported';
    }
    const { decision } = outcome;
    const isAwaited = decision.outcome === 'awaiting_payment' && decision.checkouts.length === 0;
    if (isAwaited) await recordAwaited(run.database, awaitedOf(object));
    if (!isChange(decision)) return isAwaited ? 'awaited' : 'no_change';
    run.journal.repair(object.id, decision.outcome);
    return 'repaired';
  } catch (error) {
    if (isTransient(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    run.journal.differ(object.id, asProblem(error).code, message);
    return 'reported';
  }
}

function awaitedOf({ object: kind, id }: ListedObject): AwaitedObject {
  if (kind === 'checkout.session' || kind === 'invoice') return { kind, id };
  throw new TypeError(`a ${kind} is not paid: ${id}`);
}

/** The run cannot go on, which says nothing about the object. What Stripe says of it alone does. */
function isTransient(error: unknown): boolean {
  if (isUnavailable(error)) return true;
  if (!(error instanceof Problem) || isOfOneObject(error)) return false;
  return error.code.startsWith('stripe_') || /^(row_locked|statement_timed_out)$/.test(error.code);
}
