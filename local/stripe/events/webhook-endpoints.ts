import type { WebhookEndpoint } from '../state/stored';
import type { Kind, Row, Tables } from '../state/tables';

export const webhookEndpointKind: Kind<WebhookEndpoint> = {
  name: 'webhook_endpoint',
  noun: 'webhook endpoint',
  param: 'webhook_endpoint',
};

/** Kept apart, so that no answer but the first can show it. */
interface SigningSecret extends Row {
  readonly secret: string;
}

export const signingSecretKind: Kind<SigningSecret> = { name: 'webhook_signing_secret' };

/** The secret that an endpoint's deliveries are signed with. */
export function signingSecretOf(tables: Tables, endpointId: string): string {
  return tables.of(signingSecretKind).get(endpointId).secret;
}

/** Whether events of this type go to this endpoint now. */
export function wants(endpoint: WebhookEndpoint, type: string): boolean {
  const isListed = endpoint.enabled_events.some((enabled) => enabled === '*' || enabled === type);
  return endpoint.status === 'enabled' && isListed;
}
