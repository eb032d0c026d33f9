import { metadataKeys } from '../handlers/metadata';
import type { Queryable } from './queryable';

/** Whom an event is about and what amount, as far as its payload says so. */
export interface EventSubject {
  readonly userId: string | null;
  readonly amountMinor: number | null;
  readonly currency: string | null;
}

/**
 * The subjects of these events. A user is named by our metadata, by the Stripe customer, or by the payment.
 * @returns without those whose payload is no longer kept
 */
export async function readEventSubjects(
  client: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, EventSubject>> {
  if (eventIds.length === 0) return new Map();
  const { rows } = await client.query<{
    event_id: string;
    user_id: string | null;
    amount: string | null;
    currency: string | null;
  }>(
    `with named as (
       select event_id, event_type, payload->'data'->'object' as object
         from stripe_events where event_id = any($1::text[]) and payload is not null)
     select event_id, object->>'currency' as currency,
            case event_type when 'charge.refunded' then object->>'amount_refunded'
              else coalesce(object->>'amount_total', object->>'amount_paid', object->>'amount')
            end as amount,
            coalesce(
              object->'metadata'->>$2,
              (select user_id from customers where customer_id = object->>'customer'),
              (select user_id from former_customers where customer_id = object->>'customer'),
              (select user_id from payments
                where payment_id = coalesce(object->>'payment_intent', object->>'charge',
                                            object->>'id'))) as user_id
       from named`,
    [eventIds, metadataKeys.userId],
  );
  return new Map(
    rows.map(({ event_id: id, user_id: userId, amount, currency }) => {
      // Stripe's own are so; what anybody may sign with our secret, in a test, need not be.
      const isAmount = /^-?\d{1,15}$/.test(amount ?? '') && /^[a-z]{3}$/.test(currency ?? '');
      const money = isAmount
        ? { amountMinor: Number(amount), currency }
        : { amountMinor: null, currency: null };
      return [id, { userId, ...money }];
    }),
  );
}
