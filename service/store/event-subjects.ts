import { metadataKeys } from '../handlers/metadata';
import type { Queryable } from './queryable';
import { isStorable } from './texts';

/** Whom an event is about and what amount, as far as its payload says so. */
export interface EventSubject {
  readonly userId: string | null;
  readonly amountMinor: number | null;
  readonly currency: string | null;
}

/** Stripe's are some kilobytes; a page of those that are much larger would be too much at once. */
const payloadBytesMax = 64 * 1024;

type Members = Readonly<Record<string, unknown>>;

/**
 * The subjects of these events. A user is named by our metadata, by the Stripe customer, or by the payment.
 * Payloads are read here and not by PostgreSQL, which fails at a NUL or half of a surrogate pair in any
 * of their texts.
 * @returns without those whose payload is no longer kept, or too large
 */
export async function readEventSubjects(
  client: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, EventSubject>> {
  if (eventIds.length === 0) return new Map();
  const { rows } = await client.query<{ event_id: string; event_type: string; payload: Members }>(
    `select event_id, event_type, payload from stripe_events
      where event_id = any($1::text[]) and octet_length(payload::text) <= $2`,
    [eventIds, payloadBytesMax],
  );
  const named = rows.map(({ event_id: id, event_type: type, payload }) => {
    const object = membersOf(membersOf(payload.data).object);
    return { id, money: moneyOf(type, object), ...whoIs(object) };
  });
  const users = await readUsers(client, named);
  return new Map(
    named.map(({ id, money, userId, customerId, paymentId }) => [
      id,
      { userId: userId ?? users.get(customerId) ?? users.get(paymentId) ?? null, ...money },
    ]),
  );
}

/** Stripe's own are so; what anybody may sign with our secret, in a test, need not be. */
function moneyOf(type: string, object: Members): Omit<EventSubject, 'userId'> {
  const { currency } = object;
  const amount =
    type === 'charge.refunded'
      ? object.amount_refunded
      : (object.amount_total ?? object.amount_paid ?? object.amount);
  return Number.isSafeInteger(amount) && /^[a-z]{3}$/.test(textOf(currency) ?? '')
    ? { amountMinor: Number(amount), currency: String(currency) }
    : { amountMinor: null, currency: null };
}

function whoIs(object: Members) {
  const { customer, payment_intent: intent, charge, id } = object;
  return {
    userId: textOf(membersOf(object.metadata)[metadataKeys.userId]),
    customerId: idOf(customer),
    paymentId: idOf(intent) ?? idOf(charge) ?? idOf(id),
  };
}

/** The users of these customers, present and former, and payments, by the id of either. */
async function readUsers(
  client: Queryable,
  named: readonly {
    readonly customerId: string | undefined;
    readonly paymentId: string | undefined;
  }[],
): Promise<ReadonlyMap<string | undefined, string>> {
  const ids = (name: 'customerId' | 'paymentId') => named.flatMap((each) => each[name] ?? []);
  const { rows } = await client.query<{ id: string; user_id: string }>(
    `select customer_id as id, user_id from former_customers where customer_id = any($1::text[])
     union all
     select customer_id, user_id from customers where customer_id = any($1::text[])
     union all
     select payment_id, user_id from payments
      where payment_id = any($2::text[]) and user_id is not null`,
    [ids('customerId'), ids('paymentId')],
  );
  return new Map(rows.map((row) => [row.id, row.user_id]));
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

/** As it may be asked for and shown: what cannot be stored is nobody's. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && isStorable(value) ? value : undefined;
}

/** Of an object of Stripe's, expanded or not. */
function idOf(value: unknown): string | undefined {
  return textOf(typeof value === 'string' ? value : membersOf(value).id);
}
