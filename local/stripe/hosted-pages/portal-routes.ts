import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isFromElsewhere } from '../http/authentication';
import { collectInvoice } from '../models/billing/collection';
import { productName } from '../models/billing/invoice-lines';
import { invoiceKind, invoiceLinesKind } from '../models/billing/invoices';
import {
  actInPortal,
  actionsFor,
  isPortalAction,
  ownSubscription,
  portalConfigurationKind,
  portalSessionAt,
} from '../models/billing/portal';
import { subscriptionKind } from '../models/billing/subscriptions';
import { customerKind } from '../models/customers/customers';
import { referencedPaymentMethod } from '../models/customers/payment-methods';
import { decodeForm } from '../parameters/form-encoding';
import { type Account, noRequest } from '../state/account';
import type { PortalConfiguration, PortalSession } from '../state/stored';
import { show } from './answers';
import { columnSecurityPolicy } from './column';
import { invoicePage, portalGonePage, portalPage, type ShownSubscription } from './portal-page';

interface PortalPath {
  Params: { secret: string };
  Querystring: { done?: string };
}
interface ActionPath {
  Params: { secret: string; id: string };
}
interface InvoicePath {
  Params: { id: string };
}

/** The billing portal and the page of an invoice. */
export function registerPortal(app: FastifyInstance, account: Account): void {
  app.get<PortalPath>('/p/session/:secret', ({ params, query }, reply) => {
    const session = portalSessionAt(account, params.secret);
    if (!session) return showPortal(reply, 404, portalGonePage());
    return showPortal(reply, 200, viewOf(account, session, query.done));
  });

  app.post<ActionPath>('/p/session/:secret/subscriptions/:id', (request, reply) => {
    const session = portalSessionAt(account, request.params.secret);
    const subscription = session && ownSubscription(account, session, request.params.id);
    if (!session || !subscription || isFromElsewhere(request)) {
      return showPortal(reply, 404, portalGonePage());
    }
    const action = actionOf(request);
    // A second click finds the subscription ended, or asks for what is so already.
    if (!isPortalAction(action) || !actionsOf(account, session, subscription).includes(action)) {
      return reply.redirect(new URL(session.url).pathname, 303);
    }
    actInPortal({ account, cause: noRequest }, subscription, action);
    return reply.redirect(`${new URL(session.url).pathname}?done=${action}`, 303);
  });

  app.get<InvoicePath>('/i/:id', ({ params }, reply) => showInvoice(account, params.id, reply));

  app.post<InvoicePath>('/i/:id', (request, reply) => {
    const scope = { account, cause: noRequest };
    const invoice = account.tables.of(invoiceKind).find(request.params.id);
    if (invoice?.status === 'open' && !isFromElsewhere(request)) {
      const card = referencedPaymentMethod(scope, 'payment_method', 'pm_card_visa');
      collectInvoice(scope, invoice, card.id);
    }
    return showInvoice(account, request.params.id, reply);
  });
}

function actionOf({ body }: FastifyRequest): unknown {
  return decodeForm(typeof body === 'string' ? body : '').get('action');
}

function configurationOf({ tables }: Account, session: PortalSession): PortalConfiguration {
  return tables.of(portalConfigurationKind).get(String(session.configuration));
}

function actionsOf(
  account: Account,
  session: PortalSession,
  subscription: ShownSubscription['subscription'],
) {
  return actionsFor(configurationOf(account, session), subscription);
}

function viewOf(account: Account, session: PortalSession, done: string | undefined): string {
  const { tables } = account;
  const isOwn = ({ customer }: { readonly customer: unknown }) => customer === session.customer;
  const subscriptions = tables.of(subscriptionKind).newestFirst().filter(isOwn);
  const { invoice_history: history } = configurationOf(account, session).features;
  return portalPage({
    session,
    customer: tables.of(customerKind).find(session.customer),
    subscriptions: subscriptions.map((subscription) => ({
      subscription,
      name: subscription.items.data
        .map(({ price }) => productName({ account, cause: noRequest }, price))
        .join(', '),
      actions: actionsOf(account, session, subscription),
    })),
    invoices: history.enabled
      ? tables
          .of(invoiceKind)
          .newestFirst()
          .filter((invoice) => isOwn(invoice) && invoice.status !== 'draft')
      : null,
    done: isPortalAction(done) ? done : null,
  });
}

function showInvoice({ tables }: Account, id: string, reply: FastifyReply): FastifyReply {
  const invoice = tables.of(invoiceKind).find(id);
  if (!invoice || invoice.status === 'draft') return showPortal(reply, 404, portalGonePage());
  return showPortal(reply, 200, invoicePage(invoice, tables.of(invoiceLinesKind).get(id).lines));
}

function showPortal(reply: FastifyReply, status: number, page: string): FastifyReply {
  return show(reply, status, page, columnSecurityPolicy);
}
