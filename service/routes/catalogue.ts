import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Catalogue } from '../catalogue/catalogue';
import { catalogueItem, cataloguePrice, creditPackage } from '../catalogue/schema';
import { problemsOf, tokenProblems } from '../http/problem-details';

const shownCatalogue = Type.Object(
  {
    topups: Type.Array(
      Type.Object(
        {
          currency: Type.String(),
          presetsMinor: Type.Array(Type.Integer(), { description: 'Amounts to offer.' }),
          minimumMinor: Type.Integer(),
          maximumMinor: Type.Integer(),
        },
        { title: 'TopupTerms' },
      ),
      { description: 'A row per currency; the first is the usual one.' },
    ),
    packages: Type.Array(creditPackage),
    prices: Type.Array(cataloguePrice),
    items: Type.Array(catalogueItem),
  },
  {
    title: 'Catalogue',
    description: 'Amounts are in minor units of their currencies.',
    examples: [
      {
        topups: [
          {
            currency: 'usd',
            presetsMinor: [500, 1000, 2000],
            minimumMinor: 50,
            maximumMinor: 99_999_999,
          },
        ],
        packages: [
          {
            id: 'starter',
            name: '1,000 credits',
            credits: 1000,
            currency: 'usd',
            amountMinor: 1000,
          },
        ],
        prices: [],
        items: [{ reference: 'sticker', name: 'A sticker', currency: 'usd', amountMinor: 300 }],
      },
    ],
  },
);

/** What is for sale. Anybody with a token may see it: it is what a shop shows. */
export const catalogueRoutes: FastifyPluginCallbackTypebox<{
  readonly catalogue: Catalogue;
  readonly currencies: readonly string[];
}> = (app, { catalogue, currencies }, done) => {
  const topups = () =>
    currencies.flatMap((currency) => {
      const terms = catalogue.topupTerms(currency);
      if (terms === undefined) return [];
      return [
        {
          currency,
          presetsMinor: terms.presetsMinor.map(Number),
          minimumMinor: Number(terms.minimumMinor),
          maximumMinor: Number(terms.maximumMinor),
        },
      ];
    });
  app.get(
    '/catalogue',
    {
      schema: {
        tags: ['checkout'],
        operationId: 'getCatalogue',
        summary: 'What is for sale',
        response: { 200: shownCatalogue, ...problemsOf(...tokenProblems) },
      },
    },
    () => ({
      topups: topups(),
      packages: [...catalogue.packages],
      prices: [...catalogue.prices],
      items: [...catalogue.items],
    }),
  );
  done();
};
