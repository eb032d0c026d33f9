import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import {
  createCustomer,
  customerChanges,
  customerKind,
  customerShape,
  withDefaultCard,
} from '../models/customers/customers';
import { attachPaymentMethod } from '../models/customers/kept-cards';
import { referencedPaymentMethod } from '../models/customers/payment-methods';
import { changedMetadata } from '../parameters/metadata';
import { text } from '../parameters/params';
import type { Customer } from '../state/stored';
import type { Kind, Row } from '../state/tables';

/** A customer that was deleted can still be retrieved, by id alone. */
interface DeletedCustomer extends Row {
  readonly object: 'customer';
  readonly deleted: true;
}

const deletedCustomerKind: Kind<DeletedCustomer> = { name: 'deleted_customer' };

const createShape = { ...customerShape, payment_method: text(), source: text() };

/** `payment_method` and the older `source` bring a card along; a source is the default at once. */
function createWithCard(call: Call<typeof createShape>): Customer {
  const { payment_method, source, invoice_settings: settings, ...params } = call.params;
  const customer = createCustomer(call, params);
  const given = payment_method ?? source?.replace(/^tok_/, 'pm_card_');
  if (given === undefined) return withDefaultCard(call, customer, settings);
  const card = referencedPaymentMethod(call, 'payment_method', given);
  const { id } = attachPaymentMethod(call, card, customer.id);
  const named = settings?.default_payment_method;
  const isDefault = source !== undefined || named === given;
  return withDefaultCard(call, customer, {
    ...settings,
    ...(isDefault && { default_payment_method: id }),
  });
}

export const customers: Resource = {
  kind: customerKind,
  routes: [
    route('POST', '/v1/customers', createShape, createWithCard),

    route('GET', '/v1/customers/:id', {}, ({ account, pathIds }) => {
      const id = pathIds('id');
      return (
        account.tables.of(deletedCustomerKind).find(id) ?? account.tables.of(customerKind).get(id)
      );
    }),

    route('POST', '/v1/customers/:id', customerShape, (call) => {
      const table = call.account.tables.of(customerKind);
      const before = table.get(call.pathIds('id'));
      const after = table.put({
        ...before,
        ...withDefaultCard(call, before, call.params.invoice_settings),
        ...customerChanges(call.params),
        metadata: changedMetadata(before.metadata, call.params.metadata),
      });
      recordEvent(call, 'customer.updated', after, before);
      return after;
    }),

    route('DELETE', '/v1/customers/:id', {}, (call) => {
      const { tables } = call.account;
      const customer = tables.of(customerKind).get(call.pathIds('id'));
      tables.of(customerKind).remove(customer.id);
      recordEvent(call, 'customer.deleted', customer);
      return tables
        .of(deletedCustomerKind)
        .put({ id: customer.id, object: 'customer', deleted: true });
    }),

    // Stripe compares e-mail addresses with case: https://docs.stripe.com/api/customers/list
    listRoute(
      '/v1/customers',
      customerKind,
      { email: text({ maxLength: 512 }) },
      (filter) => (customer) => filter.email === undefined || customer.email === filter.email,
    ),
  ],
};
