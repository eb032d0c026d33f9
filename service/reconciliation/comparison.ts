import type Stripe from 'stripe';
import { smokeUserPrefix } from '../contract';
import type { PaidInvoice, Subscription } from '../effects/records';
import { receivedOf } from '../handlers/as-sold';
import { movedFunds } from '../handlers/dispute';
import { idOf } from '../handlers/handling';
import { metadataKeys } from '../handlers/metadata';
import { hasFailed } from '../handlers/objects';
import { refundedOfCharge } from '../handlers/refund';
import { isCancelScheduled, periodEndOf, priceOfItem } from '../handlers/versions';
import type { CreditNote } from '../ledger/credit-notes';
import { type Payment, refundedMinor } from '../ledger/payments';
import { readCreditNotesById } from '../store/credit-notes';
import { findUsersOfCustomers } from '../store/customers';
import { readPayments } from '../store/payments';
import type { Queryable } from '../store/queryable';
import { type RecordedState, readRecordedStates } from '../store/recorded-states';
import { readInvoices, readSubscriptions } from '../store/subscriptions';
import type { ListedObject } from '../stripe/listing';

/**
 * How what we hold of an object stands against what Stripe has: the same; nothing is held of it; or
 * in words, how the two differ.
 */
export type Standing = 'same' | 'unknown' | { readonly differs: string };

/** Compares the objects of one page, which are all of one kind. */
export async function compareWithOurs(
  client: Queryable,
  objects: readonly ListedObject[],
): Promise<(object: ListedObject) => Standing> {
  const states = new Map<string, RecordedState>();
  for (const kind of ['checkout.session', 'refund', 'dispute'] as const) {
    const ids = idsOf(objects, kind);
    if (ids.length === 0) continue;
    for (const [id, state] of await readRecordedStates(client, kind, ids)) states.set(id, state);
  }
  const invoices = await readInvoices(client, idsOf(objects, 'invoice'));
  const creditNotes = await readCreditNotesById(client, idsOf(objects, 'credit_note'));
  const subscriptions = await readSubscriptions(client, idsOf(objects, 'subscription'));
  const payments = await readPayments(client, objects.flatMap(paymentIdsOf));
  const users = await findUsersOfCustomers(client, objects.flatMap(customerIdsOf));
  return (object) => {
    switch (object.object) {
      case 'customer':
        return users.has(object.id) ? 'same' : 'unknown';
      case 'charge':
        return standingOfCharge(object, payments.get(paymentIdOf(object)));
      case 'invoice':
        return standingOfInvoice(object, invoices.get(object.id), users);
      case 'credit_note':
        return standingOfCreditNote(object, creditNotes.get(object.id));
      case 'subscription':
        return standingOfSubscription(object, subscriptions.get(object.id), users);
      default:
        return standingOfState(
          object,
          states.get(object.id),
          object.object === 'checkout.session'
            ? payments.get(idOf(object.payment_intent) ?? '')
            : undefined,
        );
    }
  };
}

function customerIdsOf(object: ListedObject): string[] {
  if (object.object === 'customer') return [object.id];
  const isOfCustomer = object.object === 'invoice' || object.object === 'subscription';
  const customerId = isOfCustomer ? idOf(object.customer) : null;
  return customerId === null ? [] : [customerId];
}

/** Recorded while nobody knew whose its customer is, as may happen in a restored database. */
function lacksItsUser(
  { userId, customerId }: Pick<PaidInvoice, 'userId' | 'customerId'>,
  users: ReadonlyMap<string, string>,
): boolean {
  return userId === null && users.has(customerId ?? '');
}

function withoutItsUser({ id }: Pick<ListedObject, 'id'>): Standing {
  return { differs: `we hold ${id} as nobody's, but its customer is a user of ours` };
}

function idsOf(objects: readonly ListedObject[], kind: ListedObject['object']): string[] {
  return objects.filter(({ object }) => object === kind).map(({ id }) => id);
}

function paymentIdOf(charge: Stripe.Charge): string {
  return idOf(charge.payment_intent) ?? charge.id;
}

function paymentIdsOf(object: ListedObject): string[] {
  if (object.object === 'charge') return [paymentIdOf(object)];
  const paymentId = object.object === 'checkout.session' ? idOf(object.payment_intent) : null;
  return paymentId === null ? [] : [paymentId];
}

function standingOfState(
  object: Stripe.Checkout.Session | Stripe.Refund | Stripe.Dispute,
  ours: RecordedState | undefined,
  payment: Payment | undefined,
): Standing {
  if (ours === undefined) return 'unknown';
  if (isSimulated(object) && ours.status === 'paid') return 'same';
  const theirs =
    object.object === 'checkout.session'
      ? { status: sessionStatus(object, ours), amount: paidFor(object) }
      : { status: object.status ?? 'pending', amount: object.amount };
  const funds = object.object === 'dispute' ? fundsOf(object) : { movements: 0, withheldMinor: 0n };
  const amountMinor = theirs.amount ?? 0;
  const isSame =
    ours.status === theirs.status &&
    ours.fundsMovements === funds.movements &&
    ours.withheldMinor === funds.withheldMinor &&
    (ours.amountMinor === null ||
      ours.amountMinor === BigInt(amountMinor) ||
      isBookedAsPaid(object, amountMinor, ours, payment));
  if (isSame) return 'same';
  return {
    differs:
      `we hold ${object.id} as ${ours.status} over ${ours.amountMinor}${withheld(ours.withheldMinor)}, ` +
      `but Stripe has it as ${theirs.status} over ${amountMinor}${withheld(funds.withheldMinor)}`,
  };
}

/** A session that nobody paid at Stripe, and whose payment is booked and was reversed all the same. */
function isSimulated({
  metadata,
  object,
}: Stripe.Checkout.Session | Stripe.Refund | Stripe.Dispute) {
  const userId = metadata?.[metadataKeys.userId];
  return object === 'checkout.session' && userId?.startsWith(smokeUserPrefix) === true;
}

/** Of a session that was paid, what was asked is ours and what was paid is its payment's. */
function isBookedAsPaid(
  object: ListedObject,
  paidMinor: number,
  ours: RecordedState,
  payment: Payment | undefined,
): boolean {
  if (object.object !== 'checkout.session' || ours.status !== 'paid') return false;
  if (payment?.paid !== undefined) return payment.paid.amountMinor === BigInt(paidMinor);
  return paidMinor === 0 && object.payment_intent === null;
}

function fundsOf(dispute: Stripe.Dispute) {
  const { withdrawnMinor, reinstatedMinor } = movedFunds(dispute);
  return {
    movements: dispute.balance_transactions?.length ?? 0,
    withheldMinor: withdrawnMinor - reinstatedMinor,
  };
}

function withheld(minor: bigint | null): string {
  if (minor === null) return ' with an unknown amount withheld';
  return minor === 0n ? '' : ` with ${minor} withheld`;
}

/** Of a payment that was captured in part, that part. */
function paidFor(session: Stripe.Checkout.Session): number | null {
  const received = receivedOf(session);
  return received === undefined ? session.amount_total : Number(received);
}

/** In the words of our own record; a payment that failed is complete and unpaid at Stripe. */
function sessionStatus(session: Stripe.Checkout.Session, ours: RecordedState): string {
  if (session.status !== 'complete') return session.status ?? 'open';
  if (session.payment_status !== 'unpaid') return 'paid';
  return ours.status === 'failed' || hasFailed(session) ? 'failed' : 'complete';
}

function standingOfInvoice(
  invoice: Stripe.Invoice,
  ours: PaidInvoice | undefined,
  users: ReadonlyMap<string, string>,
): Standing {
  if (ours === undefined) return 'unknown';
  if (lacksItsUser(ours, users)) return withoutItsUser(invoice);
  if (invoice.status === 'paid' && BigInt(invoice.amount_paid) === ours.amountMinor) return 'same';
  return {
    differs:
      `we hold ${invoice.id} as paid with ${ours.amountMinor}, but Stripe has it as ` +
      `${invoice.status} with ${invoice.amount_paid}`,
  };
}

function standingOfCreditNote(note: Stripe.CreditNote, ours: CreditNote | undefined): Standing {
  if (ours === undefined) return 'unknown';
  if (ours.status === note.status && ours.amountMinor === BigInt(note.amount)) return 'same';
  return {
    differs:
      `we hold ${note.id} as ${ours.status} over ${ours.amountMinor}, but Stripe has it as ` +
      `${note.status} over ${note.amount}`,
  };
}

function standingOfSubscription(
  subscription: Stripe.Subscription,
  ours: Subscription | undefined,
  users: ReadonlyMap<string, string>,
): Standing {
  if (ours === undefined) return 'unknown';
  if (lacksItsUser(ours, users)) return withoutItsUser(subscription);
  const described = (
    status: string,
    ends: boolean,
    items: readonly { priceId: string; quantity: number; currentPeriodEnd: number | null }[],
  ) =>
    JSON.stringify([status, ends, items.map((i) => [i.priceId, i.quantity, i.currentPeriodEnd])]);
  const held = described(ours.status, ours.cancelAtPeriodEnd, ours.items);
  const theirs = described(
    subscription.status,
    isCancelScheduled(subscription),
    subscription.items.data.map((item) => ({
      priceId: priceOfItem(item).id,
      quantity: item.quantity ?? 1,
      currentPeriodEnd: periodEndOf(subscription, item),
    })),
  );
  if (held === theirs) return 'same';
  return { differs: `we hold ${subscription.id} as ${held}, but Stripe has it as ${theirs}` };
}

/** Only refunds are compared: what was paid is compared with the session or the invoice. */
function standingOfCharge(charge: Stripe.Charge, payment: Payment | undefined): Standing {
  const ours = payment === undefined ? 0n : refundedMinor(payment);
  const theirs = refundedOfCharge(charge);
  if (ours === theirs) return 'same';
  if (payment?.paid === undefined) return 'unknown';
  // While a refund is under way, or when one failed, the charge's figure need not be that sum.
  const isComparable = payment.refunds.every(({ status }) => status === 'succeeded');
  if (!isComparable && ours > theirs) return 'same';
  // Of several charges of one payment, at most one was paid.
  if (!charge.paid) return 'same';
  return {
    differs:
      `we hold ${ours} of ${payment.paymentId} as refunded, but the charge ${charge.id} at ` +
      `Stripe says ${theirs}`,
  };
}
