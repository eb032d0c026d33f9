import { type Static, Type } from 'typebox';

/** What a catalogue file may say. Amounts are integers of minor units, credits whole numbers. */

const creditsMax = 1_000_000_000_000;

const closed = { additionalProperties: false };
const amountMinor = (description: string) => Type.Integer({ minimum: 1, description });
const currency = Type.String({
  pattern: '^[a-z]{3}$',
  description: 'ISO 4217, lower case: usd.',
});
const name = Type.String({ minLength: 1, maxLength: 250, description: 'As the buyer reads it.' });
const credits = (per: string) =>
  Type.Integer({ minimum: 1, maximum: creditsMax, description: `Credits granted ${per}.` });

/** How much of a currency may be topped up; what is left out is as Stripe bounds a charge. */
export const topupTerms = Type.Object(
  {
    presetsMinor: Type.Optional(
      Type.Array(amountMinor('An amount to choose.'), {
        description: 'Amounts to offer for choosing, in minor units.',
      }),
    ),
    minimumMinor: Type.Optional(amountMinor('The smallest top-up, in minor units.')),
    maximumMinor: Type.Optional(amountMinor('The largest top-up, in minor units.')),
  },
  closed,
);

/** Credits for money, paid once. */
export const creditPackage = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?$',
      description: 'What a request names: lower-case letters, digits, - and _, at most 64.',
    }),
    name,
    credits: credits('when it is paid'),
    currency,
    amountMinor: amountMinor('What it costs, in minor units.'),
    foreign: Type.Optional(
      Type.Object(
        {
          paymentLinks: Type.Optional(
            Type.Array(Type.String({ pattern: '^plink_[\\x21-\\x7e]{1,250}$' }), {
              description: "Stripe's payment links that sell it.",
            }),
          ),
          metadata: Type.Optional(
            Type.Record(Type.String(), Type.String(), {
              minProperties: 1,
              description: 'What the metadata of a session has that sold it, all of it.',
            }),
          ),
          amount: Type.Optional(
            Type.Boolean({ description: 'True: any session of exactly this price sold it.' }),
          ),
        },
        {
          ...closed,
          description:
            'How sessions that something else created say that they sold it, with ' +
            'FOREIGN_SESSIONS=credit.',
        },
      ),
    ),
  },
  closed,
);

/** A single thing, sold at this price whoever asks. */
export const catalogueItem = Type.Object(
  {
    reference: Type.String({
      pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,200}$',
      description: 'What a request names, in your own terms.',
    }),
    name,
    currency,
    amountMinor: amountMinor('What it costs, in minor units.'),
  },
  closed,
);

/** A product with its price, made in Stripe when missing. */
export const cataloguePrice = Type.Object(
  {
    lookupKey: Type.String({
      // Not as an id of Stripe's, which a request may name as well. Also part of the product's id.
      pattern: '^(?!price_)[a-z0-9]([a-z0-9_-]{0,98}[a-z0-9])?$',
      description:
        'What a request names: lower-case letters, digits, - and _, at most 100, not price_…',
    }),
    productName: name,
    currency,
    unitAmountMinor: amountMinor('What one costs, in minor units.'),
    recurring: Type.Optional(
      Type.Object(
        {
          interval: Type.Enum(['day', 'week', 'month', 'year']),
          intervalCount: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_095,
              default: 1,
              description: 'How many of the interval a period has; at most three years in all.',
            }),
          ),
        },
        { ...closed, description: 'Sold as a subscription that is paid once a period.' },
      ),
    ),
    credits: Type.Optional(credits('per unit, and per paid period of a subscription')),
    entitlements: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9]([a-z0-9._:-]{0,62}[a-z0-9])?$' }), {
        description: 'What a subscription to it entitles to, by names of your own.',
      }),
    ),
  },
  closed,
);

/** The whole file. What is left out is not sold, except that top-ups are the currencies' matter. */
export const catalogueFileSchema = Type.Object(
  {
    topups: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z]{3}$' }), topupTerms, closed)),
    packages: Type.Optional(Type.Array(creditPackage)),
    prices: Type.Optional(Type.Array(cataloguePrice)),
    items: Type.Optional(Type.Array(catalogueItem)),
  },
  closed,
);

export type CreditPackage = Readonly<Static<typeof creditPackage>>;
export type CatalogueItem = Readonly<Static<typeof catalogueItem>>;
export type CataloguePrice = Readonly<Static<typeof cataloguePrice>>;
export type CatalogueContent = Readonly<Static<typeof catalogueFileSchema>>;
