import { eventDeliveriesKind, renderEvent } from '../events/deliveries';
import { eventKind } from '../events/events';
import { matchesType } from '../events/suppressions';
import { webhookEndpointKind } from '../events/webhook-endpoints';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { invalidParameter } from '../parameters/errors';
import { boolean, list, text } from '../parameters/params';

/** https://docs.stripe.com/api/events */
export const events: Resource = {
  kind: eventKind,
  routes: [
    route('GET', '/v1/events/:id', {}, ({ account, pathIds }) =>
      renderEvent(account.tables, account.tables.of(eventKind).get(pathIds('id'))),
    ),

    listRoute(
      '/v1/events',
      eventKind,
      { delivery_success: boolean(), type: text(), types: list(text(), { max: 20 }) },
      ({ delivery_success, type, types }, { tables }) => {
        if (type !== undefined && types !== undefined) {
          throw invalidParameter(
            'You may only specify one of these parameters: type, types.',
            'types',
          );
        }
        const patterns = types ?? (type === undefined ? ['*'] : [type]);
        return (event) =>
          patterns.some((pattern) => matchesType(event.type, pattern)) &&
          (delivery_success === undefined || isDelivered(event.id) === delivery_success);

        function isDelivered(id: string): boolean {
          const deliveries = tables.of(eventDeliveriesKind).find(id)?.deliveries ?? [];
          return deliveries.every(({ state }) => state === 'succeeded');
        }
      },
      (event, { tables }) => renderEvent(tables, event),
    ),

    // Not in the API reference: it is what `stripe events resend` and the dashboard's Resend use.
    route(
      'POST',
      '/v1/events/:id/retry',
      { account: text(), for_stripecli: boolean(), webhook_endpoint: text() },
      ({ account, params, pathIds }) => {
        const event = account.tables.of(eventKind).get(pathIds('id'));
        const { webhook_endpoint: endpointId, for_stripecli: listenersOnly = false } = params;
        if (endpointId !== undefined) {
          account.tables.of(webhookEndpointKind).referencedBy('webhook_endpoint', endpointId);
        }
        account.outlets.redeliver(event.id, { endpointId, listenersOnly });
        return renderEvent(account.tables, event);
      },
    ),
  ],
};
