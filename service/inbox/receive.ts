import type Stripe from 'stripe';
import { type Decision, type Facts, Refusal } from '../handlers/decision';
import { type Handling, handlingOf } from '../handlers/index';
import type { Log } from '../log';
import { applyDecisions } from '../store/apply';
import { lockFacts } from '../store/checkouts';
import { type Database, isUnavailable } from '../store/database';
import { markFailed, recordEvents } from '../store/events';
import { Groups } from './groups';

/** What became of an event that was accepted. All but `pending` are final. */
export type Receipt =
  | { readonly status: 'processed'; readonly outcome: Decision['outcome'] }
  | { readonly status: 'ignored' | 'duplicate' | 'pending' }
  | { readonly status: 'failed'; readonly refusal: Refusal };

export interface ReceiverOptions {
  readonly database: Database;
  readonly log: Log;
  /** How many groups may be under way, each on a connection of its own. */
  readonly groupsInFlight: number;
  /** Called after a commit that may have left messages to publish. */
  readonly onCommit: () => void;
}

const groupSize = 64;
/** At 4 KiB an event some 4 MiB of memory, and less than a second of work. */
const waitingEventsMax = 1_024;

/**
 * The inbox: records events and handles them at once. The record of an event, what it does to the
 * ledger, and what is to be published commit together or not at all.
 */
export class Receiver {
  private readonly groups: Groups<Stripe.Event, Receipt>;

  constructor(private readonly options: ReceiverOptions) {
    this.groups = new Groups(
      { groupSize, inFlight: options.groupsInFlight, waiting: waitingEventsMax },
      keysOf,
      (events) => this.receiveGroup(events),
    );
  }

  /**
   * Records and handles an event that is known to come from Stripe. Resolves when that is
   * committed, or when the event is recorded as pending because handling it failed.
   * @throws Problem `database_unavailable` or `overloaded`: nothing is known to be recorded, and
   * Stripe is to deliver again
   */
  receive(event: Stripe.Event): Promise<Receipt> {
    return this.groups.add(event);
  }

  private async receiveGroup(
    events: readonly Stripe.Event[],
  ): Promise<PromiseSettledResult<Receipt>[]> {
    try {
      const receipts = await this.commit(events);
      this.options.onCommit();
      return receipts.map((value) => ({ status: 'fulfilled', value }));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const [event] = events;
      if (event !== undefined && events.length === 1) {
        return Promise.allSettled([this.recordAsPending(event, error)]);
      }
      // One member spoils the transaction for all: take each alone to find it.
      this.options.log.warn({ err: error, events: events.length }, 'taking a failed group apart');
      const results: PromiseSettledResult<Receipt>[] = [];
      for (const alone of events) results.push(...(await this.receiveAlone(alone)));
      return results;
    }
  }

  private receiveAlone(event: Stripe.Event): Promise<PromiseSettledResult<Receipt>[]> {
    return this.receiveGroup([event]).catch((reason: unknown) => [{ status: 'rejected', reason }]);
  }

  private commit(events: readonly Stripe.Event[]): Promise<Receipt[]> {
    const handlings = events.map(handlingOf);
    return this.options.database.transaction(async (client) => {
      const [fresh, facts] = await Promise.all([
        recordEvents(client, events.map(recordOf)),
        lockFacts(
          client,
          handlings.map((handling) => handling?.factKeys),
        ),
      ]);
      const decisions: Decision[] = [];
      const receipts = events.map((event, index): Receipt => {
        if (!fresh.has(event.id)) return { status: 'duplicate' };
        const outcome = decide(handlings[index], facts[index]);
        if (outcome === undefined) return { status: 'ignored' };
        if (outcome instanceof Refusal) return { status: 'failed', refusal: outcome };
        decisions.push(outcome);
        return { status: 'processed', outcome: outcome.outcome };
      });
      await applyDecisions(client, decisions);
      for (const [index, receipt] of receipts.entries()) {
        const event = events[index];
        if (receipt.status !== 'failed' || event === undefined) continue;
        await markFailed(client, event.id, receipt.refusal.message);
      }
      return receipts;
    });
  }

  /** The event is kept, whatever is wrong with its handling; the inbox loop tries it again. */
  private async recordAsPending(event: Stripe.Event, cause: unknown): Promise<Receipt> {
    const error = cause instanceof Error ? cause.message : String(cause);
    this.options.log.error(
      { err: cause, eventId: event.id },
      'handling failed; recorded as pending',
    );
    const fresh = await this.options.database.transaction((client) =>
      recordEvents(client, [{ event, status: 'pending', error }]),
    );
    return { status: fresh.has(event.id) ? 'pending' : 'duplicate' };
  }
}

function recordOf(event: Stripe.Event) {
  const status = handlingOf(event) === undefined ? 'ignored' : 'processed';
  return { event, status, error: null } as const;
}

function decide(
  handling: Handling | undefined,
  facts: Facts | undefined,
): Decision | Refusal | undefined {
  if (handling === undefined || facts === undefined) return undefined;
  try {
    return handling.decide(facts);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Events that share one of these are not handled in the same moment. */
function keysOf(event: Stripe.Event): readonly string[] {
  const keys = handlingOf(event)?.factKeys;
  return keys === undefined
    ? [event.id]
    : [event.id, keys.sessionId, ...(keys.checkoutId === undefined ? [] : [keys.checkoutId])];
}
