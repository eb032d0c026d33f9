import { signingSecretKind, webhookEndpointKind } from '../events/webhook-endpoints';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { invalidParameter, invalidRequest } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import {
  boolean,
  givenMembers,
  list,
  type Parameter,
  required,
  text,
  unsettable,
  webUrl,
} from '../parameters/params';
import { newId, newWebhookSecret } from '../state/ids';

/** https://docs.stripe.com/webhooks/quickstart: at most 16 endpoints in a sandbox. */
const mostEndpoints = 16;

/** One event type, or `*` for all. The types are open-ended, so this holds their form alone. */
function eventType(): Parameter<string> {
  return {
    parse(value, name) {
      const read = text().parse(value, name);
      if (read === '*' || /^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(read)) return read;
      throw invalidParameter(
        `Invalid ${name}: must be * or the name of an event such as checkout.session.completed, got ${read}`,
        name,
      );
    },
  };
}

const enabledEvents = list(eventType(), { max: 1000 });

export const webhookEndpoints: Resource = {
  kind: webhookEndpointKind,
  routes: [
    route(
      'POST',
      '/v1/webhook_endpoints',
      {
        url: required(webUrl()),
        enabled_events: required(enabledEvents),
        api_version: text(),
        connect: boolean(),
        description: unsettable(text()),
        metadata: metadata(),
      },
      ({ account, params }) => {
        const table = account.tables.of(webhookEndpointKind);
        if (table.size >= mostEndpoints) {
          throw invalidRequest(
            `You have reached the maximum of ${mostEndpoints} test webhook endpoints. Delete one that you no longer need.`,
          );
        }
        const endpoint = table.put({
          id: newId('we', '1', 24),
          object: 'webhook_endpoint',
          api_version: params.api_version ?? null,
          application: null,
          created: account.now(),
          description: params.description ?? null,
          enabled_events: params.enabled_events,
          livemode: false,
          metadata: changedMetadata({}, params.metadata),
          status: 'enabled',
          url: params.url,
        });
        const secret = newWebhookSecret();
        account.tables.of(signingSecretKind).put({ id: endpoint.id, secret });
        return { ...endpoint, secret };
      },
    ),

    route('GET', '/v1/webhook_endpoints/:id', {}, ({ account, pathIds }) =>
      account.tables.of(webhookEndpointKind).get(pathIds('id')),
    ),

    route(
      'POST',
      '/v1/webhook_endpoints/:id',
      {
        url: webUrl(),
        enabled_events: enabledEvents,
        disabled: boolean(),
        description: unsettable(text()),
        metadata: metadata(),
      },
      ({ account, params, pathIds }) => {
        const table = account.tables.of(webhookEndpointKind);
        const before = table.get(pathIds('id'));
        const { disabled, metadata: metadataChange, ...change } = params;
        return table.put({
          ...before,
          ...givenMembers(change),
          ...(disabled !== undefined && { status: disabled ? 'disabled' : 'enabled' }),
          metadata: changedMetadata(before.metadata, metadataChange),
        });
      },
    ),

    route('DELETE', '/v1/webhook_endpoints/:id', {}, ({ account, pathIds }) => {
      const { id } = account.tables.of(webhookEndpointKind).get(pathIds('id'));
      account.tables.of(webhookEndpointKind).remove(id);
      account.tables.of(signingSecretKind).remove(id);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),

    listRoute('/v1/webhook_endpoints', webhookEndpointKind, {}, () => () => true),
  ],
};
