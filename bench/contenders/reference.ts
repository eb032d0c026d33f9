import { fastify } from 'fastify';
import pg from 'pg';
import Stripe from 'stripe';

/**
 * What a careful engineer writes in an afternoon: the event is verified and recorded, by one
 * statement, before it is acknowledged. It credits nothing; that would be a worker's, later.
 */
async function main(): Promise<void> {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  await pool.query(
    `create table if not exists reference_events (
       id text primary key, type text not null, received_at timestamptz not null default now(),
       payload jsonb not null)`,
  );
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.get('/ready', () => 'ok');
  app.post('/webhooks/stripe', async (request) => {
    const body = request.body as Buffer;
    const event = Stripe.webhooks.constructEvent(
      body,
      String(request.headers['stripe-signature']),
      process.env.STRIPE_WEBHOOK_SECRET ?? '',
    );
    await pool.query(
      `insert into reference_events (id, type, payload) values ($1, $2, $3)
       on conflict (id) do nothing`,
      [event.id, event.type, body.toString()],
    );
    return { received: true };
  });
  await app.listen({ port: Number(process.env.PORT) });
}

void main();
