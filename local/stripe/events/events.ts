import Stripe from 'stripe';
import type { ApiObject, Event, Scope } from '../state/account';
import { newId } from '../state/ids';
import type { Kind } from '../state/tables';
import { isSuppressed } from './suppressions';

/** The version that stripe-node of this project pins; events and answers have its shape. */
export const apiVersion: string = Stripe.API_VERSION;

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
