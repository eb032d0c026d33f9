import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { chargeKind } from '../models/payments/charges';
import { paymentIntentKind } from '../models/payments/payment-intents';
import { createRefund, refundKind } from '../models/payments/refunds';
import { invalidParameter, invalidRequest, StripeApiError } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import { integer, oneOf, text } from '../parameters/params';
import type { Charge, Refund } from '../state/stored';

const createShape = {
  amount: integer({ min: 1 }),
  charge: text(),
  metadata: metadata(),
  payment_intent: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
};

/** The charge that the parameters name, by itself or by its payment. */
function namedCharge({ account, params }: Call<typeof createShape>): Charge {
  const charges = account.tables.of(chargeKind);
  if (params.charge !== undefined && params.payment_intent !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: charge, payment_intent.',
      'charge',
    );
  }
  if (params.charge !== undefined) return charges.get(params.charge);
  if (params.payment_intent === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  }
  const intent = account.tables
    .of(paymentIntentKind)
    .referencedBy('payment_intent', params.payment_intent);
  if (intent.latest_charge !== null) return charges.get(intent.latest_charge);
  throw invalidRequest(
    `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
  );
}

function create(call: Call<typeof createShape>): Refund {
  const { params } = call;
  return createRefund(call, namedCharge(call), {
    amount: params.amount,
    metadata: changedMetadata({}, params.metadata),
    reason: params.reason ?? null,
  });
}

/** https://docs.stripe.com/api/refunds */
export const refunds: Resource = {
  kind: refundKind,
  routes: [
    route('POST', '/v1/refunds', createShape, create),

    route('GET', '/v1/refunds/:id', {}, ({ account, pathIds }) =>
      account.tables.of(refundKind).get(pathIds('id')),
    ),

    route('POST', '/v1/refunds/:id', { metadata: metadata() }, (call) => {
      const table = call.account.tables.of(refundKind);
      const before = table.get(call.pathIds('id'));
      const after = table.update(before.id, {
        metadata: changedMetadata(before.metadata ?? {}, call.params.metadata),
      });
      recordEvent(call, 'refund.updated', after, before);
      recordEvent(call, 'charge.refund.updated', after, before);
      return after;
    }),

    // The original cancels refunds that wait for the buyer's bank details. Ours never do.
    route('POST', '/v1/refunds/:id/cancel', {}, ({ account, pathIds }) => {
      account.tables.of(refundKind).get(pathIds('id'));
      throw new StripeApiError(400, 'Canceling this refund is unsupported.');
    }),

    listRoute(
      '/v1/refunds',
      refundKind,
      { charge: text(), payment_intent: text() },
      (filter) => (refund) =>
        (filter.charge === undefined || refund.charge === filter.charge) &&
        (filter.payment_intent === undefined || refund.payment_intent === filter.payment_intent),
    ),
  ],
};
