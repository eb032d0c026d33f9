import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { orderKind, orNull } from '../http/bodies';
import { actingForQuery, userOf } from '../http/caller';
import { nextCursor, pageQuery, readPage } from '../http/paging';
import { problemsOf, tokenProblems } from '../http/problem-details';
import type { Database } from '../store/database';
import { isTakenBack, type Purchase, readPurchases } from '../store/purchases';

const purchase = Type.Object(
  {
    sessionId: orNull(Type.String({ description: 'The Checkout session, cs_…' })),
    kind: orderKind,
    reference: orNull(
      Type.String({ description: 'The package, price or item; null for a top-up.' }),
    ),
    name: orNull(Type.String({ description: 'As the buyer read it.' })),
    quantity: Type.Integer(),
    priceId: orNull(Type.String({ description: "Stripe's price, price_…, where one was sold." })),
    status: Type.Enum(['paid', 'refunded'], {
      description: 'refunded: all that was paid went back, by refunds or disputes.',
    }),
    amountMinor: orNull(Type.Integer({ description: 'What was paid, in minor units.' })),
    currency: orNull(Type.String()),
    reversedMinor: Type.Integer({ description: 'What of it went back.' }),
    paymentId: orNull(Type.String()),
    subscriptionId: orNull(Type.String()),
    metadata: Type.Record(Type.String(), Type.String(), { description: 'As it was begun with.' }),
    purchasedAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Purchase' },
);

/** What a user has bought. */
export const purchaseRoutes: FastifyPluginCallbackTypebox<{ readonly database: Database }> = (
  app,
  { database },
  done,
) => {
  app.get(
    '/account/purchases',
    {
      schema: {
        tags: ['account'],
        operationId: 'listPurchases',
        summary: 'What the user has bought and paid',
        description:
          'Newest first, page by page. With a reference, it answers whether the user has it: look ' +
          'for one that is paid, and not refunded.',
        querystring: Type.Object({
          ...actingForQuery,
          ...pageQuery,
          reference: Type.Optional(
            Type.String({
              pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,255}$',
              description: 'Of this package, price or item alone.',
            }),
          ),
        }),
        response: {
          200: Type.Object(
            { purchases: Type.Array(purchase), nextCursor },
            { title: 'PurchasePage', description: 'A page of purchases.' },
          ),
          ...problemsOf(
            ...tokenProblems,
            'scope_missing',
            'validation_failed',
            'database_unavailable',
          ),
        },
      },
    },
    async (request) => {
      const userId = userOf(request);
      const { reference } = request.query;
      const page = await readPage(
        request.query,
        (range) => readPurchases(database, userId, { ...range, reference }),
        ({ position }) => position,
      );
      return { purchases: page.rows.map(describe), nextCursor: page.nextCursor };
    },
  );
  done();
};

function describe(purchase: Purchase) {
  const { checkoutId: _checkoutId, position: _position, ...shown } = purchase;
  return {
    ...shown,
    status: isTakenBack(purchase) ? ('refunded' as const) : ('paid' as const),
    amountMinor: shown.amountMinor === null ? null : Number(shown.amountMinor),
    reversedMinor: Number(shown.reversedMinor),
    purchasedAt: shown.purchasedAt.toISOString(),
  };
}
