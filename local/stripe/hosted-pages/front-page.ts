import type { FastifyInstance } from 'fastify';
import { controls } from '../control/routes';
import { checkoutDetailsKind, checkoutSessionKind } from '../models/checkout/sessions';
import type { Account } from '../state/account';
import { show } from './answers';
import { columnPage, columnSecurityPolicy } from './column';
import { type Html, html } from './html';
import { orderTitle } from './order-summary';

const mostSessions = 10;

/** What the printed address answers in a browser; to Stripe's API it is no path at all. */
export function registerFrontPage(app: FastifyInstance, account: Account): void {
  app.get('/', (_request, reply) => show(reply, 200, frontPage(account), columnSecurityPolicy));
}

function frontPage(account: Account): string {
  return columnPage(
    'Local Stripe',
    html`<h1>A Stripe on this machine</h1>
<p class="for">It answers as Stripe’s API does, in test mode. No bank is asked and no money moves.</p>
<h2>API</h2>
<p>Under <code>${account.url}/v1</code>, with any key that begins with <code>sk_test_</code>:</p>
<p><code>curl ${account.url}/v1/events -u sk_test_local0000000000:</code></p>
<h2>Open checkouts</h2>
${openCheckouts(account)}
<h2>Controls</h2>
<p>What Stripe leaves to banks, buyers and chance. They need no key; the command’s <code>--help</code> lists their parameters.</p>
<ul class="paths">${controls.map(
      ({ method, path }) =>
        html`<li><code>${method} ${path.replace(/:(\w+)/g, '{$1}')}</code></li>`,
    )}</ul>
<p><a href="/_local/faults">Faults that are set</a></p>`,
  );
}

function openCheckouts({ tables, now }: Account): Html {
  const open = tables
    .of(checkoutSessionKind)
    .newestFirst()
    .filter(({ status, expires_at: expiresAt }) => status === 'open' && expiresAt > now())
    .slice(0, mostSessions);
  if (open.length === 0) return html`<p>None. A session that is created shows here.</p>`;
  const links = open.map((session) => {
    const { lineItems } = tables.of(checkoutDetailsKind).get(session.id);
    const names = lineItems.map(({ description }) => description).join(', ');
    const title = orderTitle({ session, lineItems, trialEndsAt: null }, true);
    return html`<li><a href="${session.url}">${names}</a><span class="amount">${title}</span></li>`;
  });
  return html`<ul class="items">${links}</ul>`;
}
