import { unescapeHtml } from '../hosted-pages/html';
import type { PortalAction } from '../models/billing/portal';

/** What the portal shows after a visit. */
export interface PortalVisit {
  /** The subscriptions that it shows, with their statuses. */
  readonly subscriptions: readonly { readonly id: string; readonly status: string }[];
  /** What it says was done; null on a first look. */
  readonly notice: string | null;
}

const timeoutMillis = 20_000;

/**
 * Opens the billing portal as a browser does.
 * @param portalUrl the billing portal session's `url`
 * @throws an Error when there is no portal at the address, or no longer
 */
export async function visitPortal(portalUrl: string): Promise<PortalVisit> {
  return visitOf(await fetchPage(portalUrl));
}

/**
 * Opens the billing portal and presses one of a subscription's buttons.
 * @throws an Error when the portal has no such button for the subscription
 */
export async function actInPortal(
  portalUrl: string,
  subscriptionId: string,
  action: PortalAction,
): Promise<PortalVisit> {
  const page = await fetchPage(portalUrl);
  const form = [...page.matchAll(/<form\b[^>]* action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].find(
    ([, path = '', content = '']) =>
      path.endsWith(`/subscriptions/${subscriptionId}`) && content.includes(`value="${action}"`),
  );
  if (!form?.[1]) {
    throw new Error(`The portal offers no ${action} for ${subscriptionId}. Has it ended already?`);
  }
  const response = await fetch(new URL(unescapeHtml(form[1]), portalUrl), {
    method: 'POST',
    body: new URLSearchParams({ action }),
    signal: AbortSignal.timeout(timeoutMillis),
  });
  return visitOf(await response.text());
}

async function fetchPage(portalUrl: string): Promise<string> {
  const response = await fetch(portalUrl, { signal: AbortSignal.timeout(timeoutMillis) });
  if (response.ok) return response.text();
  throw new Error(
    `No billing portal at ${portalUrl}: HTTP ${response.status}. Its sessions end after an hour: create a new one.`,
  );
}

function visitOf(page: string): PortalVisit {
  const sections = page.matchAll(/ data-subscription="([^"]*)" data-status="([^"]*)"/g);
  const notice = /<p\b[^>]* role="status"[^>]*>([^<]*)<\/p>/.exec(page)?.[1];
  return {
    subscriptions: [...sections].map(([, id = '', status = '']) => ({ id, status })),
    notice: notice === undefined ? null : unescapeHtml(notice),
  };
}
