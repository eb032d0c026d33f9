import { Type } from 'typebox';
import type { Translation } from './translation';

const url = Type.Optional(Type.String());

/** `POST /stripe/payment-intent`. See docs/moving/products-and-prices.md. */
export const paymentIntent: readonly Translation[] = [
  {
    method: 'POST',
    url: '/stripe/payment-intent',
    schema: {
      body: Type.Object(
        { priceId: Type.String(), successUrl: url, cancelUrl: url },
        { additionalProperties: false },
      ),
    },
    ask: ({ body }) => {
      const { priceId: price, ...redirects } = body as {
        readonly priceId: string;
        readonly successUrl?: string;
        readonly cancelUrl?: string;
      };
      return { method: 'POST', path: '/checkout/sessions', body: { price, ...redirects } };
    },
    answer: ({ id, url, customerId }) => ({
      checkoutUrl: url,
      // Stripe makes the payment when the buyer pays: payment.successful carries both ids.
      paymentIntentId: null,
      sessionId: id,
      customerId,
    }),
  },
];
