import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { intentOf, invoicePaymentKind } from '../models/billing/invoices';
import { nested, oneOf, required, text } from '../parameters/params';

/** https://docs.stripe.com/api/invoice-payment: which payment paid which invoice. */
export const invoicePayments: Resource = {
  kind: invoicePaymentKind,
  routes: [
    route('GET', '/v1/invoice_payments/:id', {}, ({ account, pathIds }) =>
      account.tables.of(invoicePaymentKind).get(pathIds('id')),
    ),

    listRoute(
      '/v1/invoice_payments',
      invoicePaymentKind,
      {
        invoice: text(),
        payment: nested({
          payment_intent: text(),
          type: required(oneOf('payment_intent')),
        }),
        status: oneOf('canceled', 'open', 'paid'),
      },
      (filter) => (payment) =>
        (filter.invoice === undefined || payment.invoice === filter.invoice) &&
        (filter.payment?.payment_intent === undefined ||
          intentOf(payment) === filter.payment.payment_intent) &&
        (filter.status === undefined || payment.status === filter.status),
    ),
  ],
};
