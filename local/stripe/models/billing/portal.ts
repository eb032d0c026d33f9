import { recordEvent } from '../../events/events';
import type { Account, Scope } from '../../state/account';
import { newId, randomCharacters } from '../../state/ids';
import type { PortalConfiguration, PortalSession, Subscription } from '../../state/stored';
import type { Kind, Row } from '../../state/tables';
import { cancellationChange } from './subscription-updates';
import { changeSubscription, endSubscription, hasEnded, subscriptionKind } from './subscriptions';

export const portalConfigurationKind: Kind<PortalConfiguration> = {
  name: 'billing_portal.configuration',
  noun: 'configuration',
  param: 'configuration',
};

export const portalSessionKind: Kind<PortalSession> = {
  name: 'billing_portal.session',
  references: { configuration: 'billing_portal.configuration' },
};

/** What the address of a portal ends with, which is all that a visitor has to show. */
interface PortalAccess extends Row {
  readonly sessionId: string;
}
const portalAccessKind: Kind<PortalAccess> = { name: 'portal_access' };

/** Stripe's portal sessions end some time after they were last used; ours an hour after they began. */
const lifetimeSeconds = 60 * 60;

interface NewPortalSession {
  readonly configuration: string;
  readonly customer: string;
  readonly returnUrl: string | null;
}

export function openPortal(scope: Scope, wanted: NewPortalSession): PortalSession {
  const { account } = scope;
  const id = newId('bps', '1', 24);
  const secret = `test_${randomCharacters(60)}`;
  account.tables.of(portalAccessKind).put({ id: secret, sessionId: id });
  const session = account.tables.of(portalSessionKind).put({
    id,
    object: 'billing_portal.session',
    configuration: wanted.configuration,
    created: account.now(),
    customer: wanted.customer,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: wanted.returnUrl,
    url: `${account.url}/p/session/${secret}`,
  });
  recordEvent(scope, 'billing_portal.session.created', session);
  return session;
}

/** The session that an address opens, as long as it does. */
export function portalSessionAt(
  { tables, now }: Account,
  secret: string,
): PortalSession | undefined {
  const access = tables.of(portalAccessKind).find(secret);
  const session = access && tables.of(portalSessionKind).find(access.sessionId);
  return session && session.created + lifetimeSeconds > now() ? session : undefined;
}

/** What a visitor can do to a subscription. */
export type PortalAction = 'cancel_at_period_end' | 'cancel_now' | 'resume';

export function isPortalAction(value: unknown): value is PortalAction {
  return value === 'cancel_at_period_end' || value === 'cancel_now' || value === 'resume';
}

/** The actions that make sense for a subscription as it is. */
export function actionsFor(
  { features }: PortalConfiguration,
  subscription: Subscription,
): PortalAction[] {
  if (hasEnded(subscription) || !features.subscription_cancel.enabled) return [];
  if (subscription.cancel_at !== null) return ['resume', 'cancel_now'];
  return ['cancel_at_period_end', 'cancel_now'];
}

export function actInPortal(
  scope: Scope,
  before: Subscription,
  action: PortalAction,
): Subscription {
  const reason = 'cancellation_requested';
  if (action === 'cancel_now') return endSubscription(scope, before, { reason });
  const change =
    action === 'resume'
      ? { cancel_at: null, cancel_at_period_end: false }
      : { cancel_at_period_end: true };
  return changeSubscription(scope, before, cancellationChange(scope, before, change));
}

/** The customer's subscription with this id; nothing when it is another's. */
export function ownSubscription(
  { tables }: Account,
  { customer }: PortalSession,
  id: string,
): Subscription | undefined {
  const subscription = tables.of(subscriptionKind).find(id);
  return subscription?.customer === customer ? subscription : undefined;
}
