import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { Problem } from '../errors';
import type { StripeClient } from './client';
import { isResourceMissing } from './errors';
import { showsAllItems, withAllItems } from './subscription-items';

/** From `from` up to, and without, `until`, by Stripe's clock. */
export interface TimeRange {
  readonly from: Date;
  readonly until: Date;
}

/** The objects that reconciliation lists; the names are Stripe's own of the objects. */
interface ListedObjects {
  customer: Stripe.Customer;
  'checkout.session': Stripe.Checkout.Session;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  invoice: Stripe.Invoice;
  credit_note: Stripe.CreditNote;
  subscription: Stripe.Subscription;
}
export type ListedKind = keyof ListedObjects;
export type ListedObject = ListedObjects[ListedKind];

/** An object of Stripe's that we know of and want to see as it is now. */
export interface ObjectReference {
  readonly kind: ListedKind;
  readonly id: string;
}

/** The most that Stripe puts on a page, and the most types that its list of events is narrowed to. */
const pageSize = 100;
const typesMax = 20;
/** A fifth of what Stripe allows in live mode: https://docs.stripe.com/rate-limits */
const defaultRequestsPerSecond = 20;

/** What Stripe lists, and how much of it at a time: a fraction of what its rate limit allows. */
export class StripeListing {
  private nextCallAtMillis = 0;

  constructor(
    private readonly stripe: StripeClient,
    private readonly requestsPerSecond = defaultRequestsPerSecond,
  ) {}

  /**
   * Pages of events, the newest first, as long as Stripe keeps them: 30 days.
   * @param undelivered only those of which a delivery failed or is still being tried
   * @throws Problem `stripe_…`, or the reason of `signal` when it is aborted
   */
  async *events(
    types: readonly string[],
    range: TimeRange,
    undelivered: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Stripe.Event[]> {
    for (let from = 0; from < types.length; from += typesMax) {
      const ofTypes = {
        types: types.slice(from, from + typesMax),
        ...(undelivered && { delivery_success: false }),
      };
      yield* this.pages(
        (stripe, page) => stripe.events.list({ ...page, ...ofTypes }),
        range,
        signal,
      );
    }
  }

  /**
   * Pages of objects by the time of their creation, the newest first; subscriptions with all items.
   * @throws as `events`
   */
  async *objects(
    kind: ListedKind,
    range: TimeRange,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ListedObject[]> {
    const pages = this.pages<ListedObject>(
      (stripe, page) => {
        if (kind === 'customer') return stripe.customers.list(page);
        if (kind === 'checkout.session') {
          return stripe.checkout.sessions.list({ ...page, expand: ['data.payment_intent'] });
        }
        if (kind === 'charge') return stripe.charges.list(page);
        if (kind === 'refund') return stripe.refunds.list(page);
        if (kind === 'dispute') return stripe.disputes.list(page);
        if (kind === 'invoice') return stripe.invoices.list(page);
        if (kind === 'credit_note') return stripe.creditNotes.list(page);
        return stripe.subscriptions.list({ ...page, status: 'all' });
      },
      range,
      signal,
    );
    for await (const page of pages) {
      const complete: ListedObject[] = [];
      for (const object of page) complete.push(await this.complete(object, signal));
      yield complete;
    }
  }

  /**
   * One object as it is now; of a session, its payment intent too, and of a subscription all items.
   * @returns undefined when Stripe has no such object, or no more of a customer than the id
   * @throws as `events`
   */
  async find(
    { kind, id }: ObjectReference,
    signal: AbortSignal,
  ): Promise<ListedObject | undefined> {
    await this.awaitTurn(signal);
    try {
      const object = await this.stripe.call<ListedObject | Stripe.DeletedCustomer>((stripe) => {
        if (kind === 'customer') return stripe.customers.retrieve(id);
        if (kind === 'charge') return stripe.charges.retrieve(id);
        if (kind === 'refund') return stripe.refunds.retrieve(id);
        if (kind === 'dispute') return stripe.disputes.retrieve(id);
        if (kind === 'invoice') return stripe.invoices.retrieve(id);
        if (kind === 'credit_note') return stripe.creditNotes.retrieve(id);
        if (kind === 'subscription') return stripe.subscriptions.retrieve(id);
        return stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
      });
      if ('deleted' in object) return undefined;
      return await this.complete(object, signal);
    } catch (error) {
      if (isResourceMissing(error)) return undefined;
      throw error;
    }
  }

  private async complete(object: ListedObject, signal: AbortSignal): Promise<ListedObject> {
    if (object.object !== 'subscription' || showsAllItems(object)) return object;
    await this.awaitTurn(signal);
    return this.stripe.call((stripe) => withAllItems(stripe, object));
  }

  private async *pages<Item extends { readonly id: string; readonly created: number }>(
    list: (
      stripe: Stripe,
      page: {
        readonly created: Stripe.RangeQueryParam;
        readonly limit: number;
        readonly starting_after?: string;
      },
    ) => Promise<Stripe.ApiList<Item>>,
    range: TimeRange,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Item[]> {
    let created: Stripe.RangeQueryParam = {
      gte: secondsOf(range.from),
      lt: secondsOf(range.until),
    };
    let last: Item | undefined;
    for (;;) {
      await this.awaitTurn(signal);
      const after = last;
      const page = { created, limit: pageSize, ...(after && { starting_after: after.id }) };
      try {
        const { data, has_more: hasMore } = await this.stripe.call((stripe) => list(stripe, page));
        if (data.length > 0) yield data;
        last = data.at(-1);
        if (!hasMore || last === undefined) return;
      } catch (error) {
        // The place to go on from is on the list no more (an event was delivered meanwhile): go on
        // from its second, which shows some a second time.
        if (after === undefined || !isMissingPlace(error)) throw error;
        created = { gte: secondsOf(range.from), lte: after.created };
        last = undefined;
      }
    }
  }

  private async awaitTurn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = performance.now();
    const at = Math.max(now, this.nextCallAtMillis);
    this.nextCallAtMillis = at + 1_000 / this.requestsPerSecond;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}

function isMissingPlace(error: unknown): boolean {
  return (
    error instanceof Problem &&
    error.cause instanceof Stripe.errors.StripeInvalidRequestError &&
    error.cause.param === 'starting_after'
  );
}
