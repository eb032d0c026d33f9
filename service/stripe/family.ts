import type Stripe from 'stripe';
import { idOf } from '../handlers/handling';
import type { StripeClient } from './client';
import { isResourceMissing } from './errors';
import type { ListedKind, ListedObject, StripeListing } from './listing';

/** An object and those of the same purchase. */
export type FamilyMember = ListedObject | Stripe.PaymentIntent;

/** https://docs.stripe.com/api: the prefix of an id says what it names. */
const kindsByPrefix: Readonly<Record<string, ListedKind | 'payment_intent' | 'event'>> = {
  cs: 'checkout.session',
  pi: 'payment_intent',
  ch: 'charge',
  py: 'charge',
  re: 'refund',
  pyr: 'refund',
  du: 'dispute',
  dp: 'dispute',
  in: 'invoice',
  sub: 'subscription',
  cn: 'credit_note',
  cus: 'customer',
  evt: 'event',
};

/** What an id names; undefined for what is no id of an object that we handle. */
export function kindOfId(id: string): ListedKind | 'payment_intent' | 'event' | undefined {
  const [, prefix = ''] = /^([a-z]+)_[A-Za-z0-9_]+$/.exec(id) ?? [];
  return Object.hasOwn(kindsByPrefix, prefix) ? kindsByPrefix[prefix] : undefined;
}

/** Of a customer, so many of each kind; of a purchase, more than it has. */
const perKind = 10;
const membersMax = 60;

/** Reads the objects of a purchase, or the last ones of a customer, from whichever is named. */
export class FamilyReader {
  private readonly members = new Map<string, FamilyMember>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly stripe: StripeClient,
    private readonly listing: StripeListing,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * @returns the one that was named first; none when Stripe has no such object for our key
   * @throws Problem `stripe_…`, or the reason of the signal
   */
  async read(rootId: string): Promise<readonly FamilyMember[]> {
    const waiting = [rootId];
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (this.asked.has(id) || this.members.size >= membersMax) continue;
      this.asked.add(id);
      const member = this.members.get(id) ?? (await this.find(id));
      if (member === undefined) continue;
      this.members.set(id, member);
      const related = await this.relatedOf(member, id === rootId);
      for (const each of related) {
        if (typeof each === 'string') waiting.push(each);
        else if (!this.members.has(each.id)) this.members.set(each.id, each);
      }
    }
    return [...this.members.values()];
  }

  /** The event as Stripe keeps it for 30 days. */
  async event(id: string): Promise<Stripe.Event | undefined> {
    return orMissing(this.stripe.call((stripe) => stripe.events.retrieve(id)));
  }

  private find(id: string): Promise<FamilyMember | undefined> {
    this.signal.throwIfAborted();
    const kind = kindOfId(id);
    if (kind === undefined || kind === 'event') return Promise.resolve(undefined);
    if (kind !== 'payment_intent') return this.listing.find({ kind, id }, this.signal);
    return orMissing(this.stripe.call((stripe) => stripe.paymentIntents.retrieve(id)));
  }

  /** Objects that were read on the way, and the ids of what is to be read next. */
  private async relatedOf(member: FamilyMember, isRoot: boolean) {
    switch (member.object) {
      case 'checkout.session':
        return idsOf(member.payment_intent, member.invoice, member.subscription);
      case 'payment_intent':
        return [
          ...idsOf(member.latest_charge),
          ...(await this.aroundPayment({ payment_intent: member.id })),
          ...(await this.invoicesOf(member.id)),
        ];
      case 'charge':
        return member.payment_intent === null
          ? this.aroundPayment({ charge: member.id })
          : idsOf(member.payment_intent);
      case 'refund':
      case 'dispute':
        return idsOf(member.payment_intent ?? member.charge);
      case 'invoice':
        return [
          ...idsOf(member.parent?.subscription_details?.subscription),
          ...(await this.paymentsOf(member.id)),
        ];
      case 'credit_note':
        return idsOf(member.invoice);
      // Otherwise one invoice would lead to the next one.
      case 'subscription':
        return isRoot ? idsOf(member.latest_invoice) : [];
      case 'customer':
        return isRoot ? this.lastOf(member.id) : [];
    }
  }

  private async aroundPayment(payment: { payment_intent: string } | { charge: string }) {
    const page = { ...payment, limit: perKind };
    const [refunds, disputes] = await Promise.all([
      this.stripe.call((stripe) => stripe.refunds.list(page)),
      this.stripe.call((stripe) => stripe.disputes.list(page)),
    ]);
    const sessions =
      'payment_intent' in payment
        ? await this.stripe.call((stripe) =>
            stripe.checkout.sessions.list({ ...payment, expand: ['data.payment_intent'] }),
          )
        : undefined;
    return [...(sessions?.data ?? []), ...refunds.data, ...disputes.data];
  }

  private async invoicesOf(paymentIntent: string): Promise<string[]> {
    const payment = { type: 'payment_intent', payment_intent: paymentIntent } as const;
    const { data } = await this.stripe.call((stripe) => stripe.invoicePayments.list({ payment }));
    return data.flatMap(({ invoice }) => idsOf(invoice));
  }

  private async paymentsOf(invoice: string): Promise<string[]> {
    const { data } = await this.stripe.call((stripe) => stripe.invoicePayments.list({ invoice }));
    return data.flatMap(({ payment }) => idsOf(payment.payment_intent ?? payment.charge));
  }

  private async lastOf(customer: string): Promise<FamilyMember[]> {
    const page = { customer, limit: perKind };
    const [sessions, subscriptions, charges] = await Promise.all([
      this.stripe.call((stripe) =>
        stripe.checkout.sessions.list({ ...page, expand: ['data.payment_intent'] }),
      ),
      this.stripe.call((stripe) => stripe.subscriptions.list({ ...page, status: 'all' })),
      this.stripe.call((stripe) => stripe.charges.list(page)),
    ]);
    return [...sessions.data, ...subscriptions.data, ...charges.data];
  }
}

type Reference = string | { readonly id: string } | null | undefined;

const idsOf = (...references: readonly Reference[]): string[] =>
  references.flatMap((each) => idOf(each ?? null) ?? []);

async function orMissing<Found>(call: Promise<Found>): Promise<Found | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isResourceMissing(error)) return undefined;
    throw error;
  }
}
