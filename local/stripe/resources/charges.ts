import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { chargeKind } from '../models/payments/charges';
import { changedMetadata, metadata } from '../parameters/metadata';
import { givenMembers, text, unsettable } from '../parameters/params';

export const charges: Resource = {
  kind: chargeKind,
  routes: [
    route('GET', '/v1/charges/:id', {}, ({ account, pathIds }) =>
      account.tables.of(chargeKind).get(pathIds('id')),
    ),

    route(
      'POST',
      '/v1/charges/:id',
      { description: unsettable(text()), metadata: metadata() },
      (call) => {
        const before = call.account.tables.of(chargeKind).get(call.pathIds('id'));
        const { metadata: metadataChange, ...change } = call.params;
        const after = call.account.tables.of(chargeKind).put({
          ...before,
          ...givenMembers(change),
          metadata: changedMetadata(before.metadata, metadataChange),
        });
        recordEvent(call, 'charge.updated', after, before);
        return after;
      },
    ),

    listRoute(
      '/v1/charges',
      chargeKind,
      { customer: text(), payment_intent: text() },
      (filter) => (charge) =>
        (filter.customer === undefined || charge.customer === filter.customer) &&
        (filter.payment_intent === undefined || charge.payment_intent === filter.payment_intent),
    ),
  ],
};
