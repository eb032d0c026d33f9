import { fastify } from 'fastify';
import pg from 'pg';
import Stripe from 'stripe';

/**
 * What Tollgate is measured against: the webhook as it is usually written, one transaction an event
 * and one statement after the other, on the same tables and libraries. It is correct too.
 */
async function main(): Promise<void> {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.get('/ready', () => 'ok');
  app.post('/webhooks/stripe', async (request) => {
    const event = Stripe.webhooks.constructEvent(
      request.body as Buffer,
      String(request.headers['stripe-signature']),
      process.env.STRIPE_WEBHOOK_SECRET ?? '',
    );
    const client = await pool.connect();
    try {
      await client.query('begin');
      if (event.type === 'checkout.session.completed') await credit(client, event);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
    return { received: true };
  });
  await app.listen({ port: Number(process.env.PORT) });
}

async function credit(
  client: pg.PoolClient,
  event: Stripe.CheckoutSessionCompletedEvent,
): Promise<void> {
  const session = event.data.object;
  const recorded = await client.query(
    `insert into stripe_events
       (event_id, event_type, livemode, created_at, status, processed_at, payload)
     values ($1, $2, $3, to_timestamp($4), 'processed', now(), $5)
     on conflict do nothing`,
    [event.id, event.type, event.livemode, event.created, event],
  );
  if (recorded.rowCount === 0) return;
  const { rows } = await client.query('select * from checkouts where session_id = $1 for update', [
    session.id,
  ]);
  const [checkout] = rows;
  if (checkout === undefined || checkout.payment_status === 'paid') return;
  await client.query(
    `insert into transfers
       (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     values ($1, 'stripe_clearing', $2, $3, $4, 'topup')`,
    [
      `checkout_session:${session.id}:credit`,
      `user:${checkout.user_id}`,
      session.currency,
      session.amount_total,
    ],
  );
  await client.query(
    `insert into balances (account, unit, amount_minor) values ($1, $2, $3)
     on conflict (account, unit) do update
       set amount_minor = balances.amount_minor + excluded.amount_minor`,
    [`user:${checkout.user_id}`, session.currency, session.amount_total],
  );
  await client.query(
    `update checkouts set status = 'complete', payment_status = 'paid' where checkout_id = $1`,
    [checkout.checkout_id],
  );
  for (const type of ['checkout.completed', 'balance.credited']) {
    await client.query(
      'insert into outbox (message_key, type, user_id, data) values ($1, $2, $3, $4)',
      [`checkout_session:${session.id}:${type}`, type, checkout.user_id, { session: session.id }],
    );
  }
}

void main();
