import { type Effects, noEffects } from '../effects/effects';
import { type FactKeys, type Facts, noFacts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import type { Transfer } from '../ledger/transfers';
import { type Counter, countRefusal } from '../metrics';
import { applyEffects } from '../store/apply';
import { type EventToRecord, markFailed, markPending, recordEvents } from '../store/events';
import { lockFacts } from '../store/facts';
import type { Queryable, Transaction } from '../store/queryable';

/** A piece of work on the books: what it rests on, and what to do about that. */
export interface Work<Decided extends Effects = Effects> {
  /**
   * The event that brings the work, to be recorded together with it. One that is recorded already
   * brought its work before, and nothing is done.
   */
  readonly record?: EventToRecord;
  /** The facts that are locked for the decision. */
  readonly factKeys: FactKeys;
  /**
   * Decides by the facts alone, save for what it reads from Stripe under their locks. Undefined
   * when there is nothing to do but to record the event.
   * @returns undefined when it cannot be decided in this transaction: the event is left pending
   * @throws Refusal, which refuses this work alone; any other error undoes the whole group
   */
  readonly decide: ((facts: Facts) => Decided | undefined | Promise<Decided>) | undefined;
}

/** A work whose event, if it has one, has been recorded before. */
export interface UnrecordedWork<Decided extends Effects = Effects> extends Work<Decided> {
  readonly record?: never;
  readonly decide: (facts: Facts) => Decided | Promise<Decided>;
}

/** What can become of a work that is decided about. */
export type DecidedOutcome<Decided extends Effects = Effects> =
  | { readonly status: 'booked'; readonly decision: Decided }
  /** It contradicts what is recorded. Its event, if it was recorded with it, is kept as failed. */
  | { readonly status: 'refused'; readonly refusal: Refusal };

/** What became of a work. */
export type WorkOutcome<Decided extends Effects = Effects> =
  | DecidedOutcome<Decided>
  /** Its event was new and is recorded; there was nothing to decide. */
  | { readonly status: 'recorded' }
  /** Its event was new and is recorded as pending: there was more to ask than the facts. */
  | { readonly status: 'deferred' }
  /** Its event was recorded before. */
  | { readonly status: 'duplicate' };

interface BookkeeperOptions {
  readonly counter: Counter;
  /** Called after a commit that left messages to publish. */
  readonly wakeOutbox: () => void;
  /** Called after a commit with what users were credited, for the log. */
  readonly onCredited?: (credited: readonly Transfer[]) => void;
}

/**
 * Keeps the books: the one door through which the ledger, and what stands beside it, is changed.
 * Webhooks, the inbox loop, replays, reconciliation, the landing page, spends and holds all come
 * here. See docs/decisions/one-bookkeeper.md.
 */
export class Bookkeeper {
  constructor(private readonly options: BookkeeperOptions) {}

  /**
   * Does a group of works within the caller's transaction, in few round trips: records their
   * events, locks their facts, decides about each, applies all that was decided. No two works of a
   * group may rest on the same object, or the second decides by facts that the first has changed.
   * After the commit, refusals are counted and the outbox is woken.
   * @returns what became of each, in the order of the works
   * @throws what a decision threw other than a Refusal; Problem `row_locked`, `statement_timed_out`,
   * `database_unavailable`. The transaction is to be rolled back then.
   */
  async book<Decided extends Effects>(
    transaction: Transaction,
    works: readonly Work<Decided>[],
  ): Promise<WorkOutcome<Decided>[]> {
    // Sent without waiting for each other; the facts are read after the events are recorded.
    const [fresh, facts] = await Promise.all([
      recordEvents(
        transaction,
        works.flatMap(({ record = [] }) => record),
      ),
      lockFactsOf(transaction, works),
    ]);
    const outcomes: WorkOutcome<Decided>[] = [];
    for (const [index, work] of works.entries()) {
      const isDuplicate = work.record !== undefined && !fresh.has(work.record.event.id);
      outcomes.push(isDuplicate ? { status: 'duplicate' } : await decide(work, facts[index]));
    }
    const decisions = outcomes.flatMap((each) => (each.status === 'booked' ? each.decision : []));
    const refused = outcomes.flatMap((each) =>
      each.status === 'refused' ? each.refusal.known : [],
    );
    await transaction.withCommit(
      applyEffects(transaction, [
        ...decisions,
        ...refused.map((known) => ({ ...noEffects, ...known })),
      ]),
    );
    const credited = decisions.flatMap(({ transfers }) => transfers.filter(isCredited));
    if (credited.length > 0) transaction.afterCommit(() => this.options.onCredited?.(credited));
    for (const [index, outcome] of outcomes.entries()) {
      const record = works[index]?.record;
      if (outcome.status === 'deferred' && record) await markPending(transaction, record.event.id);
      if (outcome.status !== 'refused') continue;
      if (record) await markFailed(transaction, record.event.id, outcome.refusal.message);
      transaction.afterCommit(() => countRefusal(this.options.counter, outcome.refusal));
    }
    if (decisions.some(({ messages }) => messages.length > 0)) {
      transaction.afterCommit(this.options.wakeOutbox);
    }
    return outcomes;
  }

  /** Does one work within the caller's transaction, as `book` does a group. */
  async bookOne<Decided extends Effects>(
    transaction: Transaction,
    work: UnrecordedWork<Decided>,
  ): Promise<DecidedOutcome<Decided>> {
    return decidedOutcome(await this.book(transaction, [work]));
  }

  /**
   * What a work would come to now, decided under the same locks; nothing of it is applied, counted
   * or told.
   * @throws as `book`
   */
  async preview<Decided extends Effects>(
    client: Queryable,
    work: UnrecordedWork<Decided>,
  ): Promise<DecidedOutcome<Decided>> {
    const [facts] = await lockFactsOf(client, [work]);
    return decidedOutcome([await decide(work, facts)]);
  }
}

/** What a payment or a person gave a user; what only moves between a balance and holds is none. */
function isCredited({ creditAccount, reason }: Transfer): boolean {
  return creditAccount.startsWith('user:') && !reason.startsWith('hold');
}

/** @throws Refusal when the work was refused */
export function decisionOf<Decided extends Effects>(outcome: DecidedOutcome<Decided>): Decided {
  if (outcome.status === 'refused') throw outcome.refusal;
  return outcome.decision;
}

function decidedOutcome<Decided extends Effects>([
  outcome,
]: readonly WorkOutcome<Decided>[]): DecidedOutcome<Decided> {
  if (outcome?.status === 'booked' || outcome?.status === 'refused') return outcome;
  throw new Error(`a work without an event to record ended as ${outcome?.status}`);
}

function lockFactsOf(client: Queryable, works: readonly Work[]): Promise<Facts[]> {
  return lockFacts(
    client,
    works.map(({ decide, factKeys }) => (decide === undefined ? undefined : factKeys)),
  );
}

async function decide<Decided extends Effects>(
  work: Work<Decided>,
  facts: Facts = noFacts,
): Promise<WorkOutcome<Decided>> {
  if (work.decide === undefined) return { status: 'recorded' };
  try {
    const decision = await work.decide(facts);
    return decision === undefined ? { status: 'deferred' } : { status: 'booked', decision };
  } catch (error) {
    if (error instanceof Refusal) return { status: 'refused', refusal: error };
    throw error;
  }
}
