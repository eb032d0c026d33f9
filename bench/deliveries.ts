import { randomBytes, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { defaultWebhookPath } from '../service/contract';
import { metadataKeys } from '../service/handlers/metadata';
import { eventOf, webhookSecret } from '../test/support/running-service';
import type { BenchDatabase } from './database';

const amountMinor = 1_000;
const currency = 'usd';

interface SoldSession {
  readonly checkoutId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly customerId: string;
  readonly paymentId: string;
}

/**
 * Top-ups that were begun, each with its customer, as the API leaves them when the buyer has been
 * sent to Stripe.
 * @param users how many there are; each has as many checkouts as any other
 */
export async function openCheckouts(
  database: BenchDatabase,
  count: number,
  users = count,
): Promise<SoldSession[]> {
  const buyers = Array.from({ length: users }, () => ({
    userId: `user-${randomUUID()}`,
    customerId: `cus_${randomId(14)}`,
  }));
  const sold = Array.from({ length: count }, (_, index): SoldSession => {
    const { userId = '', customerId = '' } = buyers[index % users] ?? {};
    return {
      checkoutId: randomUUID(),
      sessionId: `cs_test_${randomId(58)}`,
      userId,
      customerId,
      paymentId: `pi_3${randomId(24)}`,
    };
  });
  await database.query(
    `insert into customers (user_id, customer_id)
     select u->>'userId', u->>'customerId' from json_array_elements($1) as u`,
    [JSON.stringify(buyers)],
  );
  await database.query(
    `insert into checkouts
       (checkout_id, session_id, user_id, customer_id, kind, amount_minor, currency, url, expires_at,
        created_at)
     select (s->>'checkoutId')::uuid, s->>'sessionId', s->>'userId', s->>'customerId', 'topup', $2, $3,
            'https://checkout.stripe.com/c/pay/' || (s->>'sessionId'), now() + interval '1 day',
            now() - make_interval(secs => (place * 0.01)::double precision)
       from json_array_elements($1) with ordinality as given(s, place)`,
    [JSON.stringify(sold), amountMinor, currency],
  );
  await database.query('analyze');
  return sold;
}

/** The event that a session was paid, some 2 kB of it, as Stripe lays it out. */
export function paidEvent(sold: SoldSession, padding = 0): string {
  const session = {
    id: sold.sessionId,
    object: 'checkout.session',
    allow_promotion_codes: null,
    amount_subtotal: amountMinor,
    amount_total: amountMinor,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    cancel_url: 'https://shop.example.com/topup',
    client_reference_id: null,
    created: 1_790_000_000,
    currency,
    currency_conversion: null,
    customer: sold.customerId,
    customer_details: {
      address: { city: null, country: 'DE', line1: null, postal_code: null, state: null },
      email: 'buyer@example.com',
      name: 'A Buyer',
      phone: null,
      tax_exempt: 'none',
    },
    expires_at: 1_790_086_400,
    livemode: false,
    metadata: {
      [metadataKeys.checkoutId]: sold.checkoutId,
      [metadataKeys.userId]: sold.userId,
      [metadataKeys.environment]: 'local',
      [metadataKeys.kind]: 'topup',
      [metadataKeys.quantity]: '1',
      [metadataKeys.amountMinor]: String(amountMinor),
      [metadataKeys.currency]: currency,
    },
    mode: 'payment',
    payment_intent: sold.paymentId,
    payment_method_types: ['card'],
    payment_status: 'paid',
    status: 'complete',
    success_url: 'https://shop.example.com/topup/done',
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    url: null,
    ...(padding > 0 ? { custom_text: 'x'.repeat(padding) } : {}),
  };
  return JSON.stringify(eventOf('checkout.session.completed', session), null, 2);
}

/** An event of a type that nothing handles. */
export function unhandledEvent(sold: SoldSession): string {
  return paidEvent(sold).replace('"checkout.session.completed"', '"payment_method.attached"');
}

/** A delivery of Stripe's as a whole HTTP request. */
export function delivery(body: string): Buffer {
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: webhookSecret,
  });
  return Buffer.from(
    `POST ${defaultWebhookPath} HTTP/1.1\r\nhost: 127.0.0.1\r\n` +
      'user-agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\naccept: */*; q=0.5, application/xml\r\n' +
      `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `stripe-signature: ${signature}\r\n\r\n${body}`,
  );
}

function randomId(length: number): string {
  return randomBytes(length).toString('base64url').replace(/[-_]/g, 'x').slice(0, length);
}
