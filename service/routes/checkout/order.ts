import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Order } from '../../checkout/sale';
import { Problem } from '../../errors';
import type { Caller } from '../../http/authentication';
import { checkScope } from '../../http/caller';

const quantityMax = 10_000;
const closed = { additionalProperties: false };
const currency = Type.String({
  pattern: '^[A-Za-z]{3}$',
  description:
    'ISO 4217; one of those in STRIPE_CURRENCY. Default, of a top-up: the first of them.',
});

const orders = {
  topup: Type.Object(
    {
      amountMinor: Type.Integer({
        description: 'In minor units: 1000 is 10.00 USD. GET /v1/catalogue shows the bounds.',
      }),
      currency: Type.Optional(currency),
    },
    { ...closed, description: 'An amount of choice, credited as it is paid.' },
  ),
  package: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'The id of a package of credits in the catalogue.',
    examples: ['starter'],
  }),
  price: Type.String({
    pattern: '^[\\x21-\\x7e]{1,255}$',
    description:
      'A price of the Stripe account by its id (price_…) or lookup key. A recurring one begins a ' +
      'subscription.',
    examples: ['membership-monthly'],
  }),
  item: Type.Object(
    {
      reference: Type.String({
        pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,200}$',
        description: 'What it is, in your own terms; comes back in checkout.completed.',
      }),
      amountMinor: Type.Optional(
        Type.Integer({
          description: 'In minor units; for a caller with the scope accounts:write.',
        }),
      ),
      currency: Type.Optional(currency),
      name: Type.Optional(
        Type.String({
          pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,250}$',
          description: 'As the buyer reads it, at most 250 characters. Default: the reference.',
        }),
      ),
    },
    {
      ...closed,
      description:
        'A single thing of yours: one of the catalogue by its reference alone, or any, with its ' +
        'price and name, for a service with the scope accounts:write. A buyer sets no price.',
      dependentRequired: {
        amountMinor: ['currency'],
        currency: ['amountMinor'],
        name: ['amountMinor'],
      },
    },
  ),
};

const kinds = Object.keys(orders) as (keyof typeof orders)[];

const redirectUrl = (when: string) =>
  Type.Optional(
    Type.String({
      maxLength: 2_048,
      description: `Where the buyer is sent ${when}; of an allowed origin. Default: the calling origin, else PUBLIC_BASE_URL.`,
    }),
  );

/** What POST /v1/checkout/sessions takes. */
export const createBody = Type.Object(
  {
    topup: Type.Optional(orders.topup),
    package: Type.Optional(orders.package),
    price: Type.Optional(orders.price),
    item: Type.Optional(orders.item),
    quantity: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: quantityMax,
        description: 'How many of the price; with price alone. Default: 1.',
      }),
    ),
    again: Type.Optional(
      Type.Boolean({
        description:
          'True: sell a recurring price to a user who is subscribed to it already; with price ' +
          'alone. Default: false, which answers 409 already_subscribed then.',
      }),
    ),
    once: Type.Optional(
      Type.Boolean({
        description:
          'True: the user is to have this package, price or item once. A second sale is 409 ' +
          'already_purchased; while it can still be paid, the page of before is answered.',
      }),
    ),
    metadata: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^(?!tollgate_)[\\x21-\\x5a\\x5c\\x5e-\\x7e]{1,40}$' }),
        Type.String({
          pattern: '^[^\\p{Cc}\\p{Cs}]{0,500}$',
          description: 'of 500 characters at most',
        }),
        {
          ...closed,
          maxProperties: 20,
          description:
            'Comes back in the session, in purchases, transactions and messages. At most 20 ' +
            'names of 40 characters without brackets, each with 500 characters. Names that begin with ' +
            'tollgate_ are reserved for the service: begin yours otherwise.',
        },
      ),
    ),
    successUrl: redirectUrl('after paying'),
    cancelUrl: redirectUrl('on giving up'),
  },
  {
    ...closed,
    title: 'NewCheckoutSession',
    examples: [
      { package: 'starter' },
      { topup: { amountMinor: 1000, currency: 'usd' } },
      { price: 'membership-monthly', quantity: 1 },
      { item: { reference: 'sticker' }, once: true, metadata: { order: '7' } },
    ],
    description: `Exactly one of ${kinds.join(', ')}.`,
    oneOf: kinds.map((kind) => ({ required: [kind] })),
    dependentRequired: { quantity: ['price'], again: ['price'] },
  },
);

/**
 * Says plainly what a schema's "must match exactly one" would not. To run before validation.
 * @throws Problem `validation_failed`
 */
export async function checkOneOrder({ body }: FastifyRequest): Promise<void> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  // What is not known is said by its schema: it may be the kind, misspelled.
  const members = createBody.properties;
  if (Object.keys(body).some((name) => !Object.hasOwn(members, name))) return;
  const seen = kinds.filter((kind) => Object.hasOwn(body, kind));
  if (seen.length !== 1) {
    throw new Problem(
      'validation_failed',
      `the body has ${seen.join(' and ') || 'none'} of ${kinds.join(', ')}; expected exactly one`,
    );
  }
  if ('once' in body && body.once === true && seen[0] === 'topup') {
    throw new Problem(
      'validation_failed',
      'the body has once beside topup; expected it with package, price or item',
    );
  }
  for (const ofPrice of ['quantity', 'again']) {
    if (!Object.hasOwn(body, ofPrice) || seen[0] === 'price') continue;
    throw new Problem(
      'validation_failed',
      `the body has ${ofPrice} beside ${seen[0]}; expected it with price alone`,
    );
  }
}

/**
 * @param body checked by its schema and by `checkOneOrder`
 * @param currencies those of STRIPE_CURRENCY; the first is a top-up's own where it names none
 * @throws Problem `scope_missing` when a buyer's own token names the price of an item
 */
export function orderOf(
  body: Static<typeof createBody>,
  caller: Caller,
  [usualCurrency = '']: readonly string[],
): Order {
  const { topup, package: id, price, item, quantity = 1 } = body;
  if (topup !== undefined) {
    return { kind: 'topup', ...moneyOf({ currency: usualCurrency, ...topup }) };
  }
  if (id !== undefined) return { kind: 'package', id };
  if (price !== undefined) return { kind: 'price', reference: price, quantity };
  if (item === undefined) throw new Problem('validation_failed', 'the body orders nothing');
  const { reference, name } = item;
  const { amountMinor, currency } = item;
  if (amountMinor === undefined || currency === undefined) {
    return { kind: 'item', reference, name: undefined, price: undefined };
  }
  checkScope(caller, 'accounts:write');
  return { kind: 'item', reference, name, price: moneyOf({ amountMinor, currency }) };
}

/** How it is to be sold, beside what. */
export function wishesOf({ once = false, metadata = {} }: Static<typeof createBody>) {
  return { once, metadata };
}

function moneyOf(money: { readonly amountMinor: number; readonly currency: string }) {
  return { amountMinor: BigInt(money.amountMinor), currency: money.currency.toLowerCase() };
}
