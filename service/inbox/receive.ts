import type Stripe from 'stripe';
import type { Bookkeeper, Work, WorkOutcome } from '../bookkeeping/bookkeeper';
import { decideAtOnce } from '../bookkeeping/handling-work';
import { metrics as metricNames } from '../contract';
import type { Decision, Outcome } from '../effects/effects';
import type { Refusal } from '../effects/refusal';
import { Problem } from '../errors';
import type { Plans } from '../handlers/handling';
import { handlingOf } from '../handlers/index';
import type { Log } from '../log';
import type { Counter } from '../metrics';
import { type Database, isUnavailable } from '../store/database';
import type { ReceivedBy, RecordedStatus } from '../store/events';
import { stripeApiVersion } from '../stripe/client';
import { Groups } from './groups';

/** What became of an event that was accepted. All but `pending` are final. */
type Receipt =
  | { readonly status: 'processed'; readonly outcome: Outcome }
  | { readonly status: 'ignored' | 'duplicate' | 'pending' }
  | { readonly status: 'failed'; readonly refusal: Refusal };

interface ReceiverOptions {
  readonly database: Database;
  readonly log: Log;
  readonly counter: Counter;
  /** How many groups may be under way, each on a connection of its own. */
  readonly groupsInFlight: number;
  readonly bookkeeper: Bookkeeper;
  /** Called with each event that comes in. */
  readonly onArrival?: () => void;
  /** Called after a commit that left events for the inbox loop. */
  readonly wakeInbox: () => void;
  /** Paused: every event is recorded as pending, and none is handled. */
  readonly processing: 'on' | 'paused';
  readonly catalogue: Plans;
}

/** One event and the way it came in. */
interface Arrival {
  readonly event: Stripe.Event;
  readonly receivedBy: ReceivedBy;
  /** As it was signed, where it came by the webhook. */
  readonly body: Buffer | undefined;
}

const groupSize = 64;
const driftsToldMax = 100;
/** At 4 KiB an event some 4 MiB of memory, and less than a second of work. */
const waitingEventsMax = 1_024;
/** An event may have 1 MiB, and each takes several times its bytes while it is handled. */
const bytesMax = 32 * 1024 * 1024;

/**
 * The inbox: records events and handles them at once. The record of an event, what it does to the
 * ledger, and what is to be published commit together or not at all.
 */
export class Receiver {
  private readonly groups: Groups<Arrival, Receipt>;
  /** The other API versions that have been told of: once each. */
  private readonly driftsTold = new Set<string>();

  constructor(private readonly options: ReceiverOptions) {
    this.groups = new Groups(
      {
        groupSize,
        inFlight: options.groupsInFlight,
        waiting: waitingEventsMax,
        bytes: bytesMax,
      },
      ({ event }) => keysOf(event),
      (arrivals) => this.receiveGroup(arrivals),
      ({ body }) => body?.length ?? 0,
    );
  }

  /**
   * Records and handles an event that is known to come from Stripe. Resolves when that is
   * committed, or when the event is recorded as pending because handling it failed.
   * @param body its bytes, where they are at hand; they count against what may wait at once
   * @throws Problem `database_unavailable` or `overloaded`: nothing is known to be recorded, and
   * Stripe is to deliver again
   */
  async receive(event: Stripe.Event, receivedBy: ReceivedBy, body?: Buffer): Promise<Receipt> {
    this.options.onArrival?.();
    const receipt = await this.groups.add({ event, receivedBy, body });
    this.count(event);
    return receipt;
  }

  private count(event: Stripe.Event): void {
    const { counter, log } = this.options;
    counter.count(metricNames.eventsReceived);
    const version = event.api_version;
    if (version === null || version === undefined || version === stripeApiVersion) return;
    counter.count(metricNames.apiVersionDrift);
    if (this.driftsTold.has(version) || this.driftsTold.size >= driftsToldMax) return;
    this.driftsTold.add(version);
    log.warn(
      { eventId: event.id, seen: version, expected: stripeApiVersion },
      'events are of another API version; see docs/runbook.md#api-version-drift',
    );
  }

  private async receiveGroup(
    arrivals: readonly Arrival[],
  ): Promise<PromiseSettledResult<Receipt>[]> {
    try {
      const receipts = await this.commit(arrivals);
      return receipts.map((value) => ({ status: 'fulfilled', value }));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const [arrival] = arrivals;
      if (arrival !== undefined && arrivals.length === 1) {
        const [result] = await Promise.allSettled([this.recordAsPending(arrival, error)]);
        // Those who wait for the next group are told too, as when the database is away.
        if (result.status === 'rejected' && saysNotNow(result.reason)) throw result.reason;
        return [result];
      }
      // One member spoils the transaction for all: take each alone to find it.
      this.options.log.warn({ err: error, events: arrivals.length }, 'taking a failed group apart');
      return this.takeApart(arrivals);
    }
  }

  private async takeApart(arrivals: readonly Arrival[]): Promise<PromiseSettledResult<Receipt>[]> {
    const results: PromiseSettledResult<Receipt>[] = [];
    for (const [index, alone] of arrivals.entries()) {
      const [result] = await this.receiveAlone(alone);
      if (result === undefined) continue;
      results.push(result);
      if (result.status === 'fulfilled' || !saysNotNow(result.reason)) continue;
      // Not even recorded: what is slow or away is so for all, who are not made to wait in turn.
      return [...results, ...arrivals.slice(index + 1).map(() => result)];
    }
    return results;
  }

  private receiveAlone(arrival: Arrival): Promise<PromiseSettledResult<Receipt>[]> {
    return this.receiveGroup([arrival]).catch((reason: unknown) => [
      { status: 'rejected', reason },
    ]);
  }

  private commit(arrivals: readonly Arrival[]): Promise<Receipt[]> {
    const works = arrivals.map((arrival) => this.workAtOnce(arrival));
    return this.options.database.transaction(
      async (transaction) => {
        const outcomes = await this.options.bookkeeper.book(transaction, works);
        const receipts = outcomes.map((outcome, index) => receiptOf(outcome, works[index]));
        if (receipts.some(({ status }) => status === 'pending')) {
          transaction.afterCommit(this.options.wakeInbox);
        }
        return receipts;
      },
      { isPipelined: true },
    );
  }

  /** What can be done at once; whatever else there is to do is left to the inbox loop. */
  private workAtOnce(arrival: Arrival): Work<Decision> {
    const record = (status: RecordedStatus) => ({ ...arrival, status, error: null });
    const handling = handlingOf(arrival.event);
    if (handling === undefined) {
      return { record: record('ignored'), factKeys: {}, decide: undefined };
    }
    const { factKeys } = handling;
    if (handling.read !== undefined || this.options.processing === 'paused') {
      return { record: record('pending'), factKeys, decide: undefined };
    }
    return {
      record: record('processed'),
      factKeys,
      decide: (facts) => decideAtOnce(handling, facts, this.options.catalogue),
    };
  }

  /** The event is kept, whatever is wrong with its handling; the inbox loop tries it again. */
  private async recordAsPending(arrival: Arrival, cause: unknown): Promise<Receipt> {
    const { event } = arrival;
    const error = cause instanceof Error ? cause.message : String(cause);
    this.options.log.error(
      { err: cause, eventId: event.id },
      'handling failed; recorded as pending',
    );
    const work = {
      record: { ...arrival, status: 'pending', error } as const,
      factKeys: {},
      decide: undefined,
    };
    return this.options.database.transaction(async (transaction) => {
      const [outcome] = await this.options.bookkeeper.book<Decision>(transaction, [work]);
      return receiptOf(outcome, work);
    });
  }
}

function saysNotNow(reason: unknown): boolean {
  return (
    isUnavailable(reason) || (reason instanceof Problem && reason.code === 'statement_timed_out')
  );
}

function receiptOf(outcome: WorkOutcome<Decision> | undefined, work?: Work<Decision>): Receipt {
  switch (outcome?.status) {
    case 'booked':
      return { status: 'processed', outcome: outcome.decision.outcome };
    case 'refused':
      return { status: 'failed', refusal: outcome.refusal };
    case 'deferred':
      return { status: 'pending' };
    case 'recorded':
      return { status: work?.record?.status === 'pending' ? 'pending' : 'ignored' };
    default:
      return { status: 'duplicate' };
  }
}

/**
 * Events that share one of these are not handled in the same moment. An object that a handler can
 * not read has no keys to share; that it cannot be handled is found out, and recorded, later.
 */
function keysOf(event: Stripe.Event): readonly string[] {
  try {
    const keys = handlingOf(event)?.factKeys ?? {};
    const { sessionId, checkoutId, paymentId, subscriptionId, invoiceId } = keys;
    const locked = [sessionId, checkoutId, paymentId, subscriptionId, invoiceId];
    return [event.id, ...locked.filter((key) => key !== undefined)];
  } catch {
    return [event.id];
  }
}
