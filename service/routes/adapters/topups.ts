import { Type } from 'typebox';
import { supportedCurrencies } from '../../ledger/money';
import type { Translation } from './translation';

const url = Type.Optional(Type.String());

/** `POST /api/billing/topups/checkout` and `GET /api/billing/account`. See docs/moving/top-ups.md. */
export const topups: readonly Translation[] = [
  {
    method: 'POST',
    url: '/api/billing/topups/checkout',
    schema: {
      body: Type.Object(
        {
          amountCents: Type.Integer({ description: 'In minor units of the currency.' }),
          currency: Type.Optional(Type.String()),
          successUrl: url,
          cancelUrl: url,
        },
        { additionalProperties: false },
      ),
    },
    ask: ({ body }) => {
      const { amountCents: amountMinor, currency, ...redirects } = body as TopupBody;
      return {
        method: 'POST',
        path: '/checkout/sessions',
        body: { topup: { amountMinor, ...(currency !== undefined && { currency }) }, ...redirects },
      };
    },
    answer: ({ id, url }) => ({ checkoutUrl: url, checkoutSessionId: id }),
  },
  {
    method: 'GET',
    url: '/api/billing/account',
    schema: {},
    ask: () => ({ method: 'GET', path: '/account' }),
    answer: ({ userId, balances }) => {
      const money = balances.find(({ unit }) => supportedCurrencies.includes(unit));
      return { userId, balanceCents: money?.amountMinor ?? 0, currency: money?.unit, balances };
    },
  },
];

/** As its schema has it. */
interface TopupBody {
  readonly amountCents: number;
  readonly currency?: string;
  readonly successUrl?: string;
  readonly cancelUrl?: string;
}
