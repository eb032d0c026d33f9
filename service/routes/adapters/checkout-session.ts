import { Type } from 'typebox';
import { Problem } from '../../errors';
import { parseMoney } from '../../ledger/money';
import type { Translation } from './translation';

/** `POST /billing/checkout-session`, in dollars. See docs/moving/dollar-balances.md. */
export const checkoutSession: readonly Translation[] = [
  {
    method: 'POST',
    url: '/billing/checkout-session',
    schema: {
      body: Type.Object(
        {
          amount: Type.Union([Type.Number(), Type.String()], {
            description: 'In US dollars: 0.5, 20, "20.00".',
          }),
        },
        { additionalProperties: false },
      ),
    },
    ask: ({ body }) => {
      const { amount } = body as { readonly amount: number | string };
      const amountMinor = parseMoney(String(amount), 'usd');
      if (amountMinor === undefined) {
        throw new Problem(
          'validation_failed',
          `the body's amount is ${JSON.stringify(amount)}; expected US dollars such as 20 or 0.50`,
        );
      }
      return {
        method: 'POST',
        path: '/checkout/sessions',
        body: { topup: { amountMinor: Number(amountMinor), currency: 'usd' } },
      };
    },
    answer: ({ id, url }) => ({ url, id }),
  },
];
