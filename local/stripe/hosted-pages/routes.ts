import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isFromElsewhere } from '../http/authentication';
import { methodsOf, type OfferedMethod } from '../models/checkout/offered-methods';
import {
  type Buyer,
  checkoutSessionKind,
  currentSession,
  payCheckoutSession,
} from '../models/checkout/sessions';
import {
  createBankPaymentMethod,
  createCardPaymentMethod,
} from '../models/customers/payment-methods';
import { authenticationUrl } from '../models/payments/payment-intents';
import { decodeForm, type FormFields } from '../parameters/form-encoding';
import { type Account, noRequest, type Scope } from '../state/account';
import type { CheckoutSession, PaymentMethod } from '../state/stored';
import { emailOf, sendBack, show, showNotFound, viewOf } from './answers';
import { readBankForm } from './bank-form';
import { type FieldErrors, type FieldValues, fieldValues, readCardForm } from './card-form';
import { closedPage } from './page';

/** Where a rehearsal sends its buyers back to, for want of a shop of their own. */
export const shopPath = '/_local/shop';

interface SessionPath {
  Params: { id: string };
  Querystring: { method?: string };
}

/** The pages that a checkout session's `url` leads to. */
export function registerHostedPage(app: FastifyInstance, account: Account): void {
  app.get<SessionPath>('/c/pay/:id', ({ params, query }, reply) => {
    const session = findSession(account, params.id);
    if (!session) return showNotFound(reply);
    return show(reply, 200, viewOf(account, session, { method: methodOf(session, query.method) }));
  });

  app.post<SessionPath>('/c/pay/:id', async (request, reply) => {
    const session = findSession(account, request.params.id);
    if (!session || isFromElsewhere(request)) return showNotFound(reply);
    if (session.status !== 'open') return show(reply, 200, viewOf(account, session));
    return pay(account, session, request, reply);
  });
}

/** The page of a shop that has none: what became of a checkout, in words, and the way on. */
export function registerShop(app: FastifyInstance, account: Account): void {
  app.get<{ Querystring: { checkout?: string; session_id?: string } }>(
    `${shopPath}/`,
    ({ query }, reply) => {
      const session = findSession(account, String(query.session_id ?? ''));
      const outcome = query.checkout === 'success' ? shopOutcome(session) : 'shop_canceled';
      const isOpen = session?.status === 'open' && session.url !== null;
      const link = isOpen
        ? { href: session.url ?? '/', text: 'Back to the checkout' }
        : { href: '/', text: 'To the checkouts and payments of this Stripe' };
      return show(reply, 200, closedPage(outcome, link, session?.id ?? null));
    },
  );
}

function shopOutcome(session: CheckoutSession | undefined) {
  if (session === undefined) return 'shop_unknown';
  if (session.status === 'expired') return 'expired';
  if (session.status === 'open') return 'shop_open';
  return session.payment_status === 'unpaid' ? 'shop_processing' : 'shop_success';
}

function findSession(account: Account, id: string): CheckoutSession | undefined {
  const known = account.tables.of(checkoutSessionKind).find(id);
  return known && currentSession(account, known.id);
}

/** The way to pay that was asked for, or the session's first. */
function methodOf(session: CheckoutSession, wanted: unknown): OfferedMethod {
  const methods = methodsOf(session);
  return methods.find((method) => method === wanted) ?? methods[0] ?? 'card';
}

async function pay(
  account: Account,
  session: CheckoutSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const scope: Scope = { account, cause: noRequest };
  const fields = decodeForm(typeof request.body === 'string' ? request.body : '');
  const method = methodOf(session, fields.get('method'));
  const entry = readForm(scope, session, method, fields);
  const { values } = entry;
  if ('errors' in entry) {
    return show(reply, 422, viewOf(account, session, { method, values, errors: entry.errors }));
  }
  const { paymentMethod, buyer } = entry;
  const paid = payCheckoutSession(scope, session.id, paymentMethod, buyer);
  const { attempt, decline, completed } = paid;
  if (completed) return sendBack(account, session, completed, reply);
  if (attempt?.intent.status === 'requires_action') {
    return reply.redirect(authenticationUrl(account, attempt.intent.id), 303);
  }
  const declineMessage = decline?.message ?? 'Your card was declined.';
  return show(reply, 402, viewOf(account, session, { method, values, declineMessage }));
}

type Entry = { readonly values: FieldValues } & (
  | { readonly errors: FieldErrors }
  | { readonly buyer: Buyer; readonly paymentMethod: PaymentMethod }
);

/** The form as a payment method, or what is wrong with it. */
function readForm(
  scope: Scope,
  session: CheckoutSession,
  method: OfferedMethod,
  fields: FormFields,
): Entry {
  const { account } = scope;
  const values = fieldValues(fields);
  const knownEmail = emailOf(account, session);
  if (method === 'card') {
    const entry = readCardForm(values, knownEmail, new Date(account.now() * 1000));
    if ('errors' in entry) return { values, errors: entry.errors };
    const { card, expMonth, expYear, email, name } = entry;
    const buyer = { email, name };
    const billed = { card, expMonth, expYear, billing: buyer };
    return { values, buyer, paymentMethod: createCardPaymentMethod(scope, billed) };
  }
  const entry = readBankForm(method, values, knownEmail);
  if ('errors' in entry) return { values, errors: entry.errors };
  const buyer = { email: entry.email, name: entry.name };
  return { values, buyer, paymentMethod: createBankPaymentMethod(scope, entry.account, buyer) };
}
