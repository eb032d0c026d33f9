import Stripe from 'stripe';
import type { ApiObject, Scope } from '../state/account';
import { newId } from '../state/ids';
import type { Kind } from '../state/tables';
import { isSuppressed } from './suppressions';

/** The version that stripe-node of this project pins; events and answers have its shape. */
export const apiVersion: string = Stripe.API_VERSION;

export interface Event {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: ApiObject; readonly previous_attributes?: object };
  readonly livemode: false;
  /** Endpoints that have not answered 2xx yet. The deliveries know it; it is 0 in the table. */
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

export const eventKind: Kind<Event> = { name: 'event' };

/**
 * Records that something happened to an object and has it delivered, unless it is suppressed.
 * @param before the object as it was, where the event is an update: its old values are sent along
 */
export function recordEvent(
  scope: Scope,
  type: string,
  object: ApiObject,
  before?: ApiObject,
): Event {
  const { account, cause } = scope;
  const event: Event = {
    id: newId('evt', '1', 24),
    object: 'event',
    api_version: apiVersion,
    created: account.now(),
    data: {
      object,
      ...(before && { previous_attributes: previousAttributes(before, object) }),
    },
    livemode: false,
    pending_webhooks: 0,
    request: cause,
    type,
  };
  if (!isSuppressed(account, type)) {
    account.tables.of(eventKind).put(event);
    account.outlets.deliver(event.id);
  }
  account.follow(scope, event);
  return event;
}

function previousAttributes(before: ApiObject, after: ApiObject): object {
  const now = new Map(Object.entries(after));
  return Object.fromEntries(
    Object.entries(before).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(now.get(key)),
    ),
  );
}
