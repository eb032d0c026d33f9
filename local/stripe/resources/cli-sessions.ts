import { type Resource, route } from '../http/routing';
import { list, text } from '../parameters/params';

/** What `stripe listen` asks before it connects; not in the API reference. */
export const cliSessions: Resource = {
  routes: [
    route(
      'POST',
      '/v1/stripecli/sessions',
      {
        device_name: text(),
        filters: text(),
        forward_connect_to_url: text(),
        forward_to_url: text(),
        websocket_features: list(text()),
      },
      ({ account, params }) => account.outlets.openListener(params.forward_to_url),
    ),
  ],
};
