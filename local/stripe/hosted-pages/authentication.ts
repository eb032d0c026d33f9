import type { FastifyInstance, FastifyReply } from 'fastify';
import { isFromElsewhere } from '../http/authentication';
import { checkoutSessionKind, currentSession } from '../models/checkout/sessions';
import {
  type Awaiting,
  authenticationFailure,
  awaitingAuthentication,
  completeAuthentication,
  failAuthentication,
} from '../models/checkout/three-d-secure';
import { decodeForm } from '../parameters/form-encoding';
import { formatAmount } from '../parameters/money';
import { type Account, noRequest } from '../state/account';
import { sendBack, show, showNotFound, viewOf } from './answers';
import { authenticationPage, closedPage } from './page';

interface PaymentPath {
  Params: { id: string };
}

/** The page that stands for the buyer's bank in 3D Secure. */
export function registerAuthentication(app: FastifyInstance, account: Account): void {
  app.get<PaymentPath>('/c/authenticate/:id', ({ params }, reply) => {
    const awaiting = awaitingAuthentication(account, params.id);
    if (!awaiting) return showOver(reply);
    const { amount, currency, id: intentId } = awaiting.intent;
    const total = formatAmount(amount, currency);
    return show(reply, 200, authenticationPage({ intentId, total }));
  });

  app.post<PaymentPath>('/c/authenticate/:id', async (request, reply) => {
    if (isFromElsewhere(request)) return showNotFound(reply);
    const awaiting = awaitingAuthentication(account, request.params.id);
    if (!awaiting) return showOver(reply);
    const fields = decodeForm(typeof request.body === 'string' ? request.body : '');
    return answer(account, awaiting, fields.get('outcome') === 'complete', reply);
  });
}

async function answer(
  account: Account,
  awaiting: Awaiting,
  isComplete: boolean,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { intent, sessionId } = awaiting;
  const scope = { account, cause: noRequest };
  const open = sessionId === null ? undefined : currentSession(account, sessionId);
  if (open && open.status !== 'open') return show(reply, 200, viewOf(account, open));
  const { decline, completed } = isComplete
    ? completeAuthentication(scope, awaiting)
    : { decline: authenticationFailure, completed: null };
  if (!isComplete) failAuthentication(scope, awaiting);
  if (!open) {
    const returnUrl = intent.next_action?.redirect_to_url?.return_url;
    if (returnUrl) return reply.redirect(returnUrl, 303);
    return show(reply, 200, closedPage('authenticated', null, intent.id));
  }
  const session = account.tables.of(checkoutSessionKind).get(open.id);
  if (completed) return sendBack(account, session, completed, reply);
  const declineMessage = decline?.message ?? authenticationFailure.message;
  return show(reply, 402, viewOf(account, session, { declineMessage }));
}

function showOver(reply: FastifyReply): FastifyReply {
  return show(reply, 404, closedPage('authentication_over', null, null));
}
