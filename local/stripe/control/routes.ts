import { eventSuppressionKind, suppressEvents } from '../events/suppressions';
import { type Call, type Route, route } from '../http/routing';
import { settleCheckoutSession } from '../models/checkout/settlement';
import {
  completeAuthentication,
  failAuthentication,
  requiredAwaiting,
} from '../models/checkout/three-d-secure';
import { chargeKind } from '../models/payments/charges';
import {
  disputeKind,
  escalateDispute,
  loseDispute,
  openDispute,
  winDispute,
} from '../models/payments/disputes';
import { paymentIntentKind } from '../models/payments/payment-intents';
import { failRefund, refundKind, settleRefund } from '../models/payments/refunds';
import { integer, list, oneOf, required, text } from '../parameters/params';
import type { Account } from '../state/account';
import type { Dispute, Refund } from '../state/stored';
import type { Kind, Row } from '../state/tables';
import { billingControls } from './billing';
import { addFault, faultKind } from './faults';

type PlainCall = Call<Record<never, never>>;

const refundOf = (call: PlainCall): Refund =>
  call.account.tables.of(refundKind).get(call.pathIds('id'));
const disputeOf = (call: PlainCall): Dispute =>
  call.account.tables.of(disputeKind).get(call.pathIds('id'));

const faultShape = {
  delay_ms: integer({ min: 0, max: 600_000 }),
  kind: required(oneOf('lost_answer', 'slow', 'status', 'timeout')),
  message: text(),
  method: oneOf('*', 'DELETE', 'GET', 'POST'),
  path: text(),
  status: integer({ min: 400, max: 599 }),
  times: integer({ min: 1 }),
};

/** What is set beforehand and waits for its requests or events. */
function listOf({ tables }: Account, kind: Kind<Row>): object {
  return { object: 'list', data: tables.of(kind).oldestFirst() };
}

function clear(account: Account, kind: Kind<Row>): object {
  const table = account.tables.of(kind);
  for (const { id } of table.oldestFirst()) table.remove(id);
  return listOf(account, kind);
}

/**
 * What nobody can ask of the original: that a bank decides now, or that Stripe fails. They need no
 * key, and take their parameters as the API does.
 */
export const controls: readonly Route[] = [
  ...billingControls,

  route('POST', '/_local/refunds/:id/settle', {}, (call) => settleRefund(call, refundOf(call))),
  route('POST', '/_local/refunds/:id/fail', {}, (call) => failRefund(call, refundOf(call))),

  route(
    'POST',
    '/_local/charges/:id/dispute',
    {
      amount: integer({ min: 1 }),
      reason: oneOf('fraudulent', 'general', 'inquiry', 'product_not_received'),
    },
    (call) => {
      const charge = call.account.tables.of(chargeKind).get(call.pathIds('id'));
      const { amount, reason = 'fraudulent' } = call.params;
      return openDispute(call, charge, { amount, reason });
    },
  ),
  route('POST', '/_local/checkout/sessions/:id/settle', {}, (call) =>
    settleCheckoutSession(call, call.pathIds('id'), true),
  ),
  route('POST', '/_local/checkout/sessions/:id/fail', {}, (call) =>
    settleCheckoutSession(call, call.pathIds('id'), false),
  ),

  route('POST', '/_local/payment_intents/:id/authenticate', {}, (call) => {
    completeAuthentication(call, requiredAwaiting(call.account, call.pathIds('id')));
    return call.account.tables.of(paymentIntentKind).get(call.pathIds('id'));
  }),
  route('POST', '/_local/payment_intents/:id/fail-authentication', {}, (call) => {
    failAuthentication(call, requiredAwaiting(call.account, call.pathIds('id')));
    return call.account.tables.of(paymentIntentKind).get(call.pathIds('id'));
  }),

  route('POST', '/_local/disputes/:id/win', {}, (call) => winDispute(call, disputeOf(call))),
  route('POST', '/_local/disputes/:id/lose', {}, (call) => loseDispute(call, disputeOf(call))),
  route('POST', '/_local/disputes/:id/escalate', {}, (call) =>
    escalateDispute(call, disputeOf(call)),
  ),

  route('GET', '/_local/faults', {}, ({ account }) => listOf(account, faultKind)),
  route('POST', '/_local/faults', faultShape, ({ account, params }) => {
    const { delay_ms: delayMillis, ...fault } = params;
    return addFault(account, { ...fault, delayMillis });
  }),
  route('DELETE', '/_local/faults', {}, ({ account }) => clear(account, faultKind)),

  route('GET', '/_local/events/suppress', {}, ({ account }) =>
    listOf(account, eventSuppressionKind),
  ),
  route('DELETE', '/_local/events/suppress', {}, ({ account }) =>
    clear(account, eventSuppressionKind),
  ),
  route(
    'POST',
    '/_local/events/suppress',
    { times: integer({ min: 1 }), types: required(list(text())) },
    ({ account, params: { times = 1, types } }) => suppressEvents(account, types, times),
  ),
];
