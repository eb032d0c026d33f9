import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { Problem } from '../errors';
import { emptyBodyAsObject } from '../http/bodies';
import { actingForQuery, userOf } from '../http/caller';
import { bodyProblems, problemsOf, stripeProblems, tokenProblems } from '../http/problem-details';
import { type RedirectRules, resolveReturnUrl } from '../http/redirects';
import { findCustomer } from '../store/customers';
import type { Database } from '../store/database';
import type { StripeClient } from '../stripe/client';

const createBody = Type.Object(
  {
    returnUrl: Type.Optional(
      Type.String({
        maxLength: 2_048,
        description:
          'Where the user is sent from the portal; of an allowed origin. Default: the calling ' +
          'origin, else PUBLIC_BASE_URL.',
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ returnUrl: 'https://app.example.com/account' }],
    title: 'NewPortalSession',
  },
);

const createdSession = Type.Object(
  { url: Type.String({ description: 'Send the user here; it is valid for a short time.' }) },
  { title: 'PortalSession', description: 'The portal is open to the user.' },
);

/** Stripe's customer portal, where users manage their subscriptions, cards and invoices. */
export const portalRoutes: FastifyPluginCallbackTypebox<{
  readonly database: Database;
  readonly stripe: StripeClient;
  readonly redirectRules: RedirectRules;
}> = (app, { database, stripe, redirectRules }, done) => {
  app.post(
    '/portal/sessions',
    {
      config: {
        asksStripe: true,
        // Where there is nothing to open, no key is taken either.
        checkFirst: async (request) => {
          const { returnUrl } = request.body as Static<typeof createBody>; // checked by its schema
          resolveReturnUrl(returnUrl, request.headers.origin, redirectRules);
          await customerOf(database, userOf(request));
        },
      },
      schema: {
        tags: ['subscriptions'],
        operationId: 'createPortalSession',
        summary: "Open Stripe's customer portal to a user",
        description:
          'Has no effect that could be repeated: ask without an Idempotency-Key, whose answer would ' +
          'be the URL of before, which may not be valid any more.',
        querystring: Type.Object(actingForQuery),
        body: createBody,
        response: {
          201: createdSession,
          ...problemsOf(
            ...bodyProblems,
            ...tokenProblems,
            'scope_missing',
            'redirect_url_not_allowed',
            'customer_not_found',
            ...stripeProblems,
            'database_unavailable',
          ),
        },
      },
      preValidation: emptyBodyAsObject,
    },
    async (request, reply) => {
      const userId = userOf(request);
      const returnUrl = resolveReturnUrl(
        request.body.returnUrl,
        request.headers.origin,
        redirectRules,
      );
      const customerId = await customerOf(database, userId);
      const key = `tollgate:portal:${request.operationId}`;
      const url = await stripe
        .createPortalSession({ customerId, returnUrl }, key)
        .catch((error: unknown) => explainMissing(error, customerId, stripe));
      request.log.info({ customerId }, 'portal session created');
      return reply.code(201).send({ url });
    },
  );
  done();
};

/** @throws Problem `customer_not_found` */
async function customerOf(database: Database, userId: string): Promise<string> {
  const customerId = await findCustomer(database, userId);
  if (customerId !== undefined) return customerId;
  throw new Problem('customer_not_found', 'the user has not begun a checkout yet');
}

/** A customer who was deleted in Stripe has nothing to manage; the next checkout makes another. */
async function explainMissing(
  error: unknown,
  customerId: string,
  stripe: StripeClient,
): Promise<never> {
  if (!(error instanceof Problem) || error.code !== 'stripe_customer_missing') throw error;
  await stripe.confirmDeleted(customerId, error);
  throw new Problem('customer_not_found', 'the customer of this user was deleted in Stripe', {
    cause: error,
  });
}
