import { disputeKind, escalateDispute, loseDispute, openDispute, winDispute } from './disputes';
import { integer, oneOf } from './params';
import { failRefund, refundKind, settleRefund } from './refunds';
import { chargeKind } from './resources/charges';
import { type Call, type Route, route } from './routing';
import type { Dispute, Refund } from './stored';

type PlainCall = Call<Record<never, never>>;

const refundOf = (call: PlainCall): Refund =>
  call.account.tables.of(refundKind).get(call.pathIds('id'));
const disputeOf = (call: PlainCall): Dispute =>
  call.account.tables.of(disputeKind).get(call.pathIds('id'));

/**
 * What nobody can ask of the original: that a bank decides now. They need no key, and take their
 * parameters as the API does.
 */
export const controls: readonly Route[] = [
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
  route('POST', '/_local/disputes/:id/win', {}, (call) => winDispute(call, disputeOf(call))),
  route('POST', '/_local/disputes/:id/lose', {}, (call) => loseDispute(call, disputeOf(call))),
  route('POST', '/_local/disputes/:id/escalate', {}, (call) =>
    escalateDispute(call, disputeOf(call)),
  ),
];
