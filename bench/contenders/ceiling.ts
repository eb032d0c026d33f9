import { fastify } from 'fastify';
import Stripe from 'stripe';

/** What no service of this kind goes beyond: HTTP and the signature alone. It records nothing. */
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
app.get('/ready', () => 'ok');
app.post('/webhooks/stripe', (request) => {
  Stripe.webhooks.constructEvent(
    request.body as Buffer,
    String(request.headers['stripe-signature']),
    process.env.STRIPE_WEBHOOK_SECRET ?? '',
  );
  return { received: true };
});
void app.listen({ port: Number(process.env.PORT) });
