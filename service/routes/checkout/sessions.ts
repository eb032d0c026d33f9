import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import {
  assertNotExpired,
  beginCheckout,
  type CheckoutDependencies,
  checkOrder,
} from '../../checkout/begin';
import { Fulfilment } from '../../checkout/fulfill';
import { Problem } from '../../errors';
import { orderKind } from '../../http/bodies';
import { actingForQuery, buyerOf, userOf } from '../../http/caller';
import {
  bodyProblems,
  problemsOf,
  stripeProblems,
  tokenProblems,
} from '../../http/problem-details';
import { type RedirectRules, resolveRedirects } from '../../http/redirects';
import { findCheckout, type StoredCheckout } from '../../store/checkouts';
import { type Grants, readGrants } from '../../store/grants';
import type { Answer } from '../../store/idempotency';
import { checkOneOrder, createBody, orderOf, wishesOf } from './order';

interface CheckoutRoutesOptions extends CheckoutDependencies {
  readonly redirectRules: RedirectRules;
  /** Paused: what a session has come to is shown as it was recorded, and nothing is credited. */
  readonly processing: 'on' | 'paused';
}

const createdSession = Type.Object(
  {
    id: Type.String({ description: "The Stripe Checkout session's id, cs_…" }),
    url: Type.String({ description: 'Send the buyer here, fragment (#…) included.' }),
    expiresAt: Type.String({
      format: 'date-time',
      description: 'The buyer can pay until then.',
    }),
    customerId: Type.String({ description: "The user's Stripe customer, cus_…" }),
  },
  {
    title: 'CreatedCheckoutSession',
    description: 'The session is open; the buyer can pay.',
    examples: [
      {
        id: 'cs_test_a1bSdlAu',
        url: 'https://checkout.stripe.com/c/pay/cs_test_a1bSdlAu',
        expiresAt: '2026-05-05T12:00:00.000Z',
        customerId: 'cus_QXg1o8vlGmNQvw',
      },
    ],
  },
);

const grant = Type.Object({ unit: Type.String(), amountMinor: Type.Integer() }, { title: 'Grant' });

const session = Type.Object(
  {
    id: Type.String(),
    status: Type.Enum(['open', 'complete', 'expired']),
    paymentStatus: Type.Enum(['unpaid', 'failed', 'paid'], {
      description: '"paid" says that what was bought has been granted.',
    }),
    amountMinor: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Null when only Stripe knows, as of the first invoice of a subscription.',
    }),
    currency: Type.Union([Type.String(), Type.Null()]),
    kind: orderKind,
    reference: Type.Union([Type.String(), Type.Null()], {
      description: 'The package, price or item that is sold; null for a top-up.',
    }),
    name: Type.Union([Type.String(), Type.Null()], { description: 'As the buyer read it.' }),
    quantity: Type.Integer(),
    priceId: Type.Union([Type.String(), Type.Null()], { description: "Stripe's price, price_…" }),
    metadata: Type.Record(Type.String(), Type.String(), { description: 'As it was begun with.' }),
    customerId: Type.String(),
    subscriptionId: Type.Union([Type.String(), Type.Null()], {
      description: 'The subscription that it began, sub_…',
    }),
    granted: Type.Array(grant, {
      description: 'What it has added to the balance so far, its invoices included.',
    }),
    url: Type.Union([Type.String(), Type.Null()], { description: 'Null once it cannot be paid.' }),
    expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  },
  {
    title: 'CheckoutSession',
    description: 'The session as it is now.',
    examples: [
      {
        id: 'cs_test_a1bSdlAu',
        status: 'complete',
        paymentStatus: 'paid',
        amountMinor: 1000,
        currency: 'usd',
        kind: 'package',
        reference: 'starter',
        name: '1,000 credits',
        quantity: 1,
        priceId: null,
        metadata: {},
        customerId: 'cus_QXg1o8vlGmNQvw',
        subscriptionId: null,
        granted: [{ unit: 'credits', amountMinor: 1000 }],
        url: null,
        expiresAt: '2026-05-05T12:00:00.000Z',
      },
    ],
  },
);

/** Checkout sessions: begin one, and see what has become of it. */
export const checkoutRoutes: FastifyPluginCallbackTypebox<CheckoutRoutesOptions> = (
  app,
  options,
  done,
) => {
  const fulfilment = new Fulfilment(options);
  const checkReplay = async (request: FastifyRequest, { body }: Answer) => {
    if (!Value.Check(createdSession, body)) return;
    const { id } = body;
    const known = await findCheckout(options.database, userOf(request), id);
    if (known === undefined || known.expiresAt === null) return;
    assertNotExpired({ id, status: known.status, expiresAt: known.expiresAt }, options.nowMillis());
  };

  const checkFirst = async (request: FastifyRequest) => {
    const body = request.body as Static<typeof createBody>; // checked by its schema
    redirectsOf(request, options.redirectRules);
    await checkOrder(options, userOf(request), orderOf(body, request.caller, options.currencies), {
      again: body.again === true,
      once: body.once === true,
    });
  };

  app.post(
    '/checkout/sessions',
    {
      schema: {
        tags: ['checkout'],
        operationId: 'createCheckoutSession',
        summary: 'Begin a checkout',
        description:
          'Of a top-up, a package of credits, a price or an item. Send an Idempotency-Key, and a ' +
          'request whose answer was lost can be repeated without a second session. Once that has ' +
          'expired unpaid (expiresAt, a day unless Stripe says otherwise), the same key is ' +
          'answered with 409 checkout_session_expired and the member sessionId.',
        querystring: Type.Object(actingForQuery),
        body: createBody,
        response: {
          201: createdSession,
          ...problemsOf(
            ...bodyProblems,
            ...tokenProblems,
            'scope_missing',
            'currency_not_supported',
            'amount_below_minimum',
            'amount_above_maximum',
            'package_unknown',
            'price_unknown',
            'price_inactive',
            'order_rejected',
            'item_unknown',
            'already_subscribed',
            'already_purchased',
            'purchase_under_way',
            'redirect_url_not_allowed',
            'checkout_session_expired',
            'checkout_disabled',
            ...stripeProblems,
            'database_unavailable',
          ),
        },
      },
      preValidation: checkOneOrder,
      config: { checkReplay, checkFirst, asksStripe: true },
    },
    async (request, reply) => {
      const redirects = redirectsOf(request, options.redirectRules);
      const begun = await beginCheckout(
        options,
        request.operationId,
        buyerOf(request),
        orderOf(request.body, request.caller, options.currencies),
        wishesOf(request.body),
        redirects,
      );
      request.log.info({ sessionId: begun.sessionId }, 'checkout begun');
      return reply.code(201).send({
        id: begun.sessionId,
        url: begun.url,
        expiresAt: begun.expiresAt.toISOString(),
        customerId: begun.customerId,
      });
    },
  );

  app.get(
    '/checkout/sessions/:id',
    {
      schema: {
        tags: ['checkout'],
        operationId: 'getCheckoutSession',
        summary: 'What has become of a checkout session',
        description:
          'Asks Stripe while the session is not paid, once a second at most, and credits at once ' +
          'if it is: a buyer who comes back before the webhook does finds the balance credited.',
        querystring: Type.Object(actingForQuery),
        params: Type.Object({ id: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }) }),
        response: {
          200: session,
          ...problemsOf(
            ...tokenProblems,
            'scope_missing',
            'validation_failed',
            'checkout_session_not_found',
            'database_unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const userId = userOf(request);
      const find = () => findCheckout(options.database, userId, id);
      const known = await find();
      if (known === undefined) {
        throw new Problem('checkout_session_not_found', `no session ${id} of this user`);
      }
      const grantsOf = ({ subscriptionId }: StoredCheckout) =>
        readGrants(options.database, { sessionId: id, userId, subscriptionId });
      const show = async (checkout: StoredCheckout) =>
        describe(id, checkout, await grantsOf(checkout));
      const isPaid = known.paymentStatus === 'paid';
      const isFinal = isPaid ? known.mode === 'payment' : known.status === 'expired';
      if (isFinal || options.processing === 'paused') return show(known);
      // What a subscription grants comes with its invoice.
      if (isPaid && (await grantsOf(known)).hasInvoice) return show(known);
      // One who asks too often is shown what is recorded, and the webhook brings the rest.
      if (!fulfilment.isAsking(id) && !(await request.mayAskStripe())) return show(known);
      await fulfillIfPaid(fulfilment, id, request.log);
      return show((await find()) ?? known);
    },
  );
  done();
};

function redirectsOf({ body, headers }: FastifyRequest, rules: RedirectRules) {
  const { successUrl, cancelUrl } = body as Static<typeof createBody>; // checked by its schema
  return resolveRedirects({ successUrl, cancelUrl }, headers.origin, rules);
}

/** Stripe being away, or the session not being what was sold, is no reason to answer nothing. */
async function fulfillIfPaid(
  fulfilment: Fulfilment,
  sessionId: string,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    const outcome = await fulfilment.bringUpToDate(sessionId);
    if (outcome === 'credited' || outcome === 'sold') {
      log.info({ sessionId, outcome }, 'fulfilled before the webhook');
    }
  } catch (error) {
    log.error({ err: error, sessionId }, 'the session could not be brought up to date');
  }
}

function describe(id: string, checkout: StoredCheckout, { granted }: Grants) {
  return {
    id,
    status: checkout.status,
    paymentStatus: checkout.paymentStatus,
    amountMinor: checkout.amountMinor === null ? null : Number(checkout.amountMinor),
    currency: checkout.currency,
    kind: checkout.kind,
    reference: checkout.reference,
    name: checkout.name,
    quantity: checkout.quantity,
    priceId: checkout.priceId,
    metadata: checkout.metadata,
    customerId: checkout.customerId,
    subscriptionId: checkout.subscriptionId,
    granted: granted.map(({ unit, amountMinor }) => ({ unit, amountMinor: Number(amountMinor) })),
    url: checkout.status === 'open' ? checkout.url : null,
    expiresAt: checkout.expiresAt?.toISOString() ?? null,
  };
}
