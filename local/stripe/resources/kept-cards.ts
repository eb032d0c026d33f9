import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { customerKind } from '../models/customers/customers';
import { attachPaymentMethod } from '../models/customers/kept-cards';
import { paymentMethodKind, referencedPaymentMethod } from '../models/customers/payment-methods';
import { oneOf, required, text } from '../parameters/params';

/** The payment methods that are kept for a customer. */
export const keptCards: Resource = {
  routes: [
    route('POST', '/v1/payment_methods/:id/attach', { customer: required(text()) }, (call) => {
      const customer = call.account.tables
        .of(customerKind)
        .referencedBy('customer', call.params.customer);
      const paymentMethod = referencedPaymentMethod(call, 'payment_method', call.pathIds('id'));
      return attachPaymentMethod(call, paymentMethod, customer.id);
    }),

    route('POST', '/v1/payment_methods/:id/detach', {}, (call) => {
      const table = call.account.tables.of(paymentMethodKind);
      const before = table.get(call.pathIds('id'));
      const detached = table.update(before.id, { customer: null });
      recordEvent(call, 'payment_method.detached', detached, before);
      return detached;
    }),

    listRoute(
      '/v1/payment_methods',
      paymentMethodKind,
      { customer: text(), type: oneOf('card') },
      (filter) => (method) =>
        method.customer !== null &&
        (filter.customer === undefined || method.customer === filter.customer),
    ),
  ],
};
