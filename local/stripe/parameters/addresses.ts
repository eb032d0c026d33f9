import { nested, type Parsed, required, text, unsettable } from './params';

/** The postal address that customers, payment methods and shipping have in common. */
export const addressShape = {
  city: unsettable(text()),
  country: unsettable(text({ maxLength: 2 })),
  line1: unsettable(text()),
  line2: unsettable(text()),
  postal_code: unsettable(text()),
  state: unsettable(text()),
};

/** An address as Stripe answers it: every member present. */
export function completeAddress(address: Parsed<typeof addressShape>) {
  const { city, country, line1, line2, postal_code, state } = address;
  return {
    city: city ?? null,
    country: country ?? null,
    line1: line1 ?? null,
    line2: line2 ?? null,
    postal_code: postal_code ?? null,
    state: state ?? null,
  };
}

export const shippingShape = {
  name: required(text()),
  address: required(nested(addressShape)),
  phone: text(),
  carrier: text(),
  tracking_number: text(),
};

/** A shipping hash as Stripe answers it. */
export function completeShipping(shipping: Parsed<typeof shippingShape>) {
  return {
    address: completeAddress(shipping.address),
    carrier: shipping.carrier ?? null,
    name: shipping.name,
    phone: shipping.phone ?? null,
    tracking_number: shipping.tracking_number ?? null,
  };
}
