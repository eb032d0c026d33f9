import Stripe from 'stripe';
import { readInvoice } from '../../../service/stripe/invoice-reading';
import { buildInvoice, buildLine, buildPrice } from '../../support/stripe-objects';

const missing = new Stripe.errors.StripeInvalidRequestError({
  type: 'invalid_request_error',
  code: 'resource_missing',
  message: 'No such price',
  statusCode: 404,
} as never);

/** A Stripe with one invoice, and with these prices; it throws `error` for any other. */
function stripeOf(invoice: Stripe.Invoice, prices: readonly Stripe.Price[], error: Error): Stripe {
  const retrieve = async (id: string) => {
    const price = prices.find((each) => each.id === id);
    if (price === undefined) throw error;
    return price;
  };
  // A cast, because only what the reading calls is there.
  return { invoices: { retrieve: async () => invoice }, prices: { retrieve } } as never;
}

const lines = [
  buildLine({ id: 'il_1', price: 'plan_deleted_long_ago' }),
  buildLine({ id: 'il_2', price: 'price_1' }),
];

test('S17: a line whose plan was deleted leaves the rest of the paid invoice readable', async () => {
  const stripe = stripeOf(buildInvoice({ lines }), [buildPrice()], missing);
  const read = await readInvoice(stripe, 'in_1', {});
  expect(read.lines.data.map(({ pricing }) => pricing?.price_details?.price)).toEqual([
    'plan_deleted_long_ago',
    buildPrice(),
  ]);
});

test('S17: any other failure to read a price puts the invoice off', async () => {
  const stripe = stripeOf(buildInvoice({ lines }), [], new Error('not now'));
  await expect(readInvoice(stripe, 'in_1', {})).rejects.toThrow('not now');
});

test('S17: a price that an earlier version names on the line is read', async () => {
  const line = { id: 'il_1', amount: 900, plan: 'price_1' } as never;
  const stripe = stripeOf(buildInvoice({ lines: [line] }), [buildPrice()], missing);
  const read = await readInvoice(stripe, 'in_1', {});
  expect(read.lines.data[0]?.pricing?.price_details?.price).toEqual(buildPrice());
});
