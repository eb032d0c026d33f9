import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { attachPaymentMethod, keptPaymentMethod } from '../models/customers/kept-cards';
import {
  addressShape,
  completeAddress,
  completeShipping,
  shippingShape,
} from '../parameters/addresses';
import { changedMetadata, metadata } from '../parameters/metadata';
import type { Parsed } from '../parameters/params';
import { email, givenMembers, list, nested, oneOf, text, unsettable } from '../parameters/params';
import type { Scope } from '../state/account';
import { newId, randomCharacters } from '../state/ids';
import type { Customer } from '../state/stored';
import type { Kind, Row } from '../state/tables';
import { referencedPaymentMethod } from './payment-methods';

export const customerKind: Kind<Customer> = { name: 'customer' };

/** A customer that was deleted can still be retrieved, by id alone. */
interface DeletedCustomer extends Row {
  readonly object: 'customer';
  readonly deleted: true;
}
const deletedCustomerKind: Kind<DeletedCustomer> = { name: 'deleted_customer' };

/** What a customer may be created from and changed by. */
const customerShape = {
  address: unsettable(nested(addressShape)),
  description: unsettable(text()),
  email: unsettable(email()),
  invoice_settings: nested({
    default_payment_method: unsettable(text()),
    footer: unsettable(text()),
  }),
  metadata: metadata(),
  name: unsettable(text({ maxLength: 256 })),
  phone: unsettable(text({ maxLength: 20 })),
  preferred_locales: unsettable(list(text())),
  shipping: unsettable(nested(shippingShape)),
  tax_exempt: oneOf('exempt', 'none', 'reverse'),
};

export function createCustomer(scope: Scope, params: Parsed<typeof customerShape>): Customer {
  const customer = scope.account.tables.of(customerKind).put({
    id: newId('cus', '', 14),
    object: 'customer',
    address: null,
    balance: 0,
    created: scope.account.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomCharacters(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...changes(params),
    metadata: changedMetadata({}, params.metadata),
  });
  recordEvent(scope, 'customer.created', customer);
  return customer;
}

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

type InvoiceSettings = Parsed<typeof customerShape>['invoice_settings'];

function withDefaultCard(scope: Scope, customer: Customer, settings: InvoiceSettings): Customer {
  const named = settings?.default_payment_method;
  const param = 'invoice_settings[default_payment_method]';
  const kept = named ? keptPaymentMethod(scope, param, named, customer.id).id : named;
  return scope.account.tables.of(customerKind).update(customer.id, {
    invoice_settings: {
      ...customer.invoice_settings,
      ...givenMembers({ default_payment_method: kept, footer: settings?.footer }),
    },
  });
}

function changes({
  address,
  invoice_settings: _settings,
  shipping,
  preferred_locales,
  ...params
}: Parsed<typeof customerShape>) {
  const { metadata: _, ...plain } = params;
  return {
    ...givenMembers(plain),
    ...(address !== undefined && { address: address && completeAddress(address) }),
    ...(shipping !== undefined && { shipping: shipping && completeShipping(shipping) }),
    ...(preferred_locales !== undefined && { preferred_locales: preferred_locales ?? [] }),
  };
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
        ...changes(call.params),
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
