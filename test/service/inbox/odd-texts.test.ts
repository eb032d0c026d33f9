import { handledEventTypes } from '../../../service/handlers/index';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { eventOf } from '../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';
import { messagesOf } from '../../support/spending';

let shop: ServiceWithDatabase;

beforeAll(async () => {
  // Nothing that is put off is taken up: what is looked at is what the delivery itself leaves.
  shop = await startServiceWithDatabase();
});
afterAll(() => shop.close());

const odd = {
  'half a surrogate pair': 'Birthday \ud83c',
  'the other half': '\udf82',
  NUL: 'a\u0000b',
};

const amounts = {
  amount: 5,
  amount_total: 5,
  amount_refunded: 5,
  amount_received: 5,
  amount_due: 5,
  amount_paid: 5,
  currency: 'usd',
};

async function recorded(eventId: string) {
  const rows = await shop.database.query<{ status: string; payload: object; last_error: string }>(
    'select status, payload, last_error from stripe_events where event_id = $1',
    [eventId],
  );
  return rows[0];
}

describe.each(Object.entries(odd))('%s', (_name, text) => {
  test.each(handledEventTypes)('S1: in every text of a signed %s is recorded', async (type) => {
    const objects = [
      { ...amounts, id: text },
      {
        ...amounts,
        id: `x_${text}`,
        customer: text,
        payment_intent: text,
        charge: text,
        status: text,
      },
      {
        id: `y_${text}`,
        object: type.split('.')[0],
        metadata: { tollgate_user_id: text, tollgate_checkout_id: text, [text]: text },
        customer: 'cus_1',
        client_reference_id: text,
        payment_intent: `pi_${text}`,
        charge: { id: `ch_${text}`, payment_intent: `pi_${text}` },
        ...amounts,
        currency: text,
        status: 'succeeded',
        payment_status: 'paid',
        mode: 'payment',
        reason: text,
        balance_transactions: [],
      },
    ];
    for (const object of objects) {
      const event = eventOf(type, object);
      const answer = await shop.service.deliver(event);
      expect([type, object.id, answer.status]).toEqual([type, object.id, 200]);
      expect((await recorded(event.id))?.payload).toEqual(event);
    }
  });

  test('S1, S12: beside what was paid keeps nobody from having it, and is told', async () => {
    const checkout = await openCheckout(shop.database);
    const event = eventOf(
      'checkout.session.completed',
      checkout.paidSession({
        payment_intent: `pi_${checkout.checkoutId}${text}`,
        customer_details: { name: text, email: `${text}@example.com` },
      }),
    );
    expect((await shop.service.deliver(event)).status).toBe(200);
    expect(await recorded(event.id)).toMatchObject({ status: 'processed', payload: event });
    const { balances } = await ledgerOf(shop.database, checkout.userId);
    expect(balances).toEqual([{ unit: 'usd', amount_minor: 1000n }]);
    expect((await messagesOf(shop.database, checkout.userId)).length).toBeGreaterThan(0);
    expect(await (await shop.service.deliver(event)).json()).toMatchObject({ status: 'duplicate' });
  });

  test('S1: in an event of a type that nobody handles is recorded too', async () => {
    const event = eventOf('customer.updated', { id: 'cus_1', name: text, [text]: [text] });
    expect((await shop.service.deliver(event)).status).toBe(200);
    expect((await recorded(event.id))?.payload).toEqual(event);
  });
});
