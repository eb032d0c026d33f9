import { type Bookkeeper, decisionOf } from '../bookkeeping/bookkeeper';
import { type DecisionSources, workOf } from '../bookkeeping/handling-work';
import type { Outcome } from '../effects/effects';
import { idOf } from '../handlers/handling';
import { handlingOfObject } from '../handlers/objects';
import type { Database } from '../store/database';

export interface FulfilmentDependencies extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  readonly nowMillis: () => number;
}

/**
 * Stripe is asked about one session this often at most: a page that reloads, or a user who means
 * harm, is not to use up what Stripe allows all of us (https://docs.stripe.com/rate-limits).
 */
const askIntervalMillis = 1_000;

/** The asking about a session, until it may be asked about again. */
interface Asking {
  readonly outcome: Promise<Outcome>;
  readonly sinceMillis: number;
  isOver: boolean;
}

/** Brings sessions up to date for buyers who are back before the webhook is. */
export class Fulfilment {
  /** In the order in which they began, so that those that are over are found at the front. */
  private readonly askings = new Map<string, Asking>();

  constructor(private readonly dependencies: FulfilmentDependencies) {}

  /**
   * Asks Stripe what has become of a session and does what its event would do. Those who want to
   * know while Stripe is being asked share the answer.
   * @returns `asked_just_now` when Stripe was asked within the interval: what we know will do
   * @throws Problem `stripe_…`, `database_unavailable`; Refusal when it is not what was sold
   */
  async bringUpToDate(sessionId: string): Promise<Outcome | 'asked_just_now'> {
    const sinceMillis = this.dependencies.nowMillis();
    this.forgetBefore(sinceMillis - askIntervalMillis);
    const known = this.askings.get(sessionId);
    if (known !== undefined) return known.isOver ? 'asked_just_now' : known.outcome;
    const outcome = fulfillSession(this.dependencies, sessionId);
    const asking: Asking = { outcome, sinceMillis, isOver: false };
    this.askings.set(sessionId, asking);
    try {
      return await outcome;
    } finally {
      asking.isOver = true;
    }
  }

  /** Whether Stripe is being asked about a session, or was just now: then it is not asked again. */
  isAsking(sessionId: string): boolean {
    this.forgetBefore(this.dependencies.nowMillis() - askIntervalMillis);
    return this.askings.has(sessionId);
  }

  private forgetBefore(millis: number): void {
    for (const [sessionId, { isOver, sinceMillis }] of this.askings) {
      if (sinceMillis > millis) return;
      if (isOver) this.askings.delete(sessionId);
    }
  }
}

/**
 * The same work as that of the session's event, and of its invoice and its subscription where it
 * began one: whoever comes first credits.
 */
export async function fulfillSession(
  dependencies: Omit<FulfilmentDependencies, 'nowMillis'>,
  sessionId: string,
): Promise<Outcome> {
  const { stripe } = dependencies;
  const session = await stripe.retrieveCheckoutSession(sessionId);
  const outcome = await book(dependencies, session);
  if (session.mode !== 'subscription' || session.status !== 'complete') return outcome;
  const [subscriptionId, invoiceId] = [idOf(session.subscription), idOf(session.invoice)];
  // The subscription first: its user is then known when its invoice is booked.
  for (const read of [
    subscriptionId === null ? undefined : ({ object: 'subscription', id: subscriptionId } as const),
    invoiceId === null ? undefined : ({ object: 'invoice', id: invoiceId } as const),
  ]) {
    const object = read === undefined ? undefined : await stripe.read(read);
    if (object?.object === 'subscription' || object?.object === 'invoice') {
      await book(dependencies, object);
    }
  }
  return outcome;
}

async function book(
  { database, bookkeeper, ...sources }: Omit<FulfilmentDependencies, 'nowMillis'>,
  object: Parameters<typeof handlingOfObject>[0],
): Promise<Outcome> {
  const handling = handlingOfObject(object);
  if (handling === undefined) return 'no_change';
  const work = await workOf(handling, sources);
  const outcome = await database.transaction((transaction) =>
    bookkeeper.bookOne(transaction, work),
  );
  return decisionOf(outcome).outcome;
}
