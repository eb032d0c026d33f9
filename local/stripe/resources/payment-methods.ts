import { type Resource, route } from '../http/routing';
import {
  billingShape,
  type CardDetails,
  createCardPaymentMethod,
  paymentMethodKind,
  withLastingExpiry,
} from '../models/customers/payment-methods';
import { cardNamed } from '../models/customers/test-cards';
import { invalidParameter, missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import { integer, nested, oneOf, type Parsed, required, text } from '../parameters/params';
import type { Scope } from '../state/account';

const cardShape = {
  token: text(),
  number: text(),
  exp_month: integer({ min: 1, max: 12 }),
  exp_year: integer({ min: 1970, max: 2100 }),
  cvc: text({ maxLength: 4 }),
};

function cardDetails(scope: Scope, params: Parsed<typeof cardShape>): CardDetails {
  if (params.token !== undefined) {
    const card = cardNamed(params.token);
    if (card && params.token.startsWith('tok_')) return withLastingExpiry(scope, card);
    throw invalidParameter(`No such token: '${params.token}'`, 'card[token]', 'resource_missing');
  }
  if (params.number !== undefined) {
    throw invalidParameter(
      'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://docs.stripe.com/testing.',
      'card[number]',
    );
  }
  throw missingParameter('card[token]');
}

export const paymentMethods: Resource = {
  kind: paymentMethodKind,
  routes: [
    route(
      'POST',
      '/v1/payment_methods',
      {
        type: required(oneOf('card')),
        card: required(nested(cardShape)),
        billing_details: nested(billingShape),
        metadata: metadata(),
      },
      (call) =>
        createCardPaymentMethod(call, {
          ...cardDetails(call, call.params.card),
          billing: call.params.billing_details,
          metadata: changedMetadata({}, call.params.metadata),
        }),
    ),

    route('GET', '/v1/payment_methods/:id', {}, ({ account, pathIds }) =>
      account.tables.of(paymentMethodKind).get(pathIds('id')),
    ),
  ],
};
