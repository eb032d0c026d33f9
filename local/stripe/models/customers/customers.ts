import { recordEvent } from '../../events/events';
import {
  addressShape,
  completeAddress,
  completeShipping,
  shippingShape,
} from '../../parameters/addresses';
import { changedMetadata, metadata } from '../../parameters/metadata';
import {
  email,
  givenMembers,
  list,
  nested,
  oneOf,
  type Parsed,
  text,
  unsettable,
} from '../../parameters/params';
import type { Scope } from '../../state/account';
import { newId, randomCharacters } from '../../state/ids';
import type { Customer } from '../../state/stored';
import type { Kind } from '../../state/tables';
import { keptPaymentMethod } from './kept-cards';

export const customerKind: Kind<Customer> = { name: 'customer' };

/** What a customer may be created from and changed by. */
export const customerShape = {
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
    ...customerChanges(params),
    metadata: changedMetadata({}, params.metadata),
  });
  recordEvent(scope, 'customer.created', customer);
  return customer;
}

type InvoiceSettings = Parsed<typeof customerShape>['invoice_settings'];

export function withDefaultCard(
  scope: Scope,
  customer: Customer,
  settings: InvoiceSettings,
): Customer {
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

export function customerChanges({
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
