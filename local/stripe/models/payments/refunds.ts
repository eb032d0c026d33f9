import { recordEvent } from '../../events/events';
import { invalidParameter, invalidRequest } from '../../parameters/errors';
import { formatAmount } from '../../parameters/money';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { Charge, Refund } from '../../state/stored';
import type { Kind } from '../../state/tables';
import { testCardOf } from '../customers/payment-methods';
import { recordBalanceTransaction } from './balance-transactions';
import { chargeKind } from './charges';
import { assertNotChargedBack } from './disputes';

export const refundKind: Kind<Refund> = {
  name: 'refund',
  param: 'refund',
  references: {
    balance_transaction: 'balance_transaction',
    charge: 'charge',
    customer: 'customer',
    failure_balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
  },
};

interface NewRefund {
  /** In minor units. @default - all that has not been refunded */
  readonly amount?: number | undefined;
  readonly metadata: Record<string, string>;
  readonly reason: Refund['reason'];
}

/**
 * Gives money of a charge back. Source: https://docs.stripe.com/refunds and, for the cards whose
 * refunds take their time, https://docs.stripe.com/testing#refunds
 * @throws a StripeApiError when the charge cannot be refunded, or not by that much
 */
export function createRefund(scope: Scope, charge: Charge, wanted: NewRefund): Refund {
  const { tables, now } = scope.account;
  assertNotChargedBack(scope, charge.id);
  const amount = refundableAmount(charge, wanted.amount);
  const isPending = refundBehaviour(scope, charge) === 'pending';
  const id = newId('re', '3', 24);
  const refund = tables.of(refundKind).put({
    id,
    object: 'refund',
    amount,
    balance_transaction: isPending ? null : withdraw(scope, charge, id, amount),
    charge: charge.id,
    created: now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destinationOf(charge),
    metadata: wanted.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(isPending && { pending_reason: 'processing' }),
    reason: wanted.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isPending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  });
  recordEvent(scope, 'refund.created', refund);
  const after = changeRefunded(scope, charge.id, amount);
  recordEvent(scope, 'charge.refunded', after, charge);
  return refund;
}

/** How refunds to this card go, if it is one of Stripe's test cards for that. */
export function refundBehaviour(
  scope: Scope,
  { payment_method }: Pick<Charge | Refund, 'payment_method'>,
) {
  if (payment_method === null) return undefined;
  return testCardOf(scope, payment_method).refunds;
}

function refundableAmount(charge: Charge, wanted: number | undefined): number {
  if (charge.status !== 'succeeded') {
    throw invalidRequest(
      `This PaymentIntent (${charge.payment_intent}) does not have a successful charge to refund.`,
    );
  }
  const rest = charge.amount - charge.amount_refunded;
  if (rest === 0) {
    throw invalidRequest(
      `Charge ${charge.id} has already been refunded.`,
      'charge_already_refunded',
    );
  }
  const amount = wanted ?? rest;
  if (amount <= rest) return amount;
  const [asked, left] = [amount, rest].map((minor) => formatAmount(minor, charge.currency));
  throw invalidParameter(
    `Refund amount (${asked}) is greater than unrefunded amount on charge (${left})`,
    'amount',
  );
}

function withdraw(scope: Scope, charge: Charge, refundId: string, amount: number): string {
  const about = charge.description === null ? '' : ` (${charge.description})`;
  return recordBalanceTransaction(scope, {
    amount: -amount,
    currency: charge.currency,
    description: `REFUND FOR CHARGE${about}`,
    reporting_category: 'refund',
    source: refundId,
    type: 'refund',
  }).id;
}

function destinationOf({ payment_method_details }: Charge) {
  const type = payment_method_details?.type ?? 'card';
  if (type !== 'card') return { [type]: {}, type };
  return {
    card: {
      reference_status: 'pending',
      reference_type: 'acquirer_reference_number',
      type: 'refund',
    },
    type,
  };
}

/** Moves the charge's cumulative figure, down too: a failed refund counts no longer. */
function changeRefunded({ account }: Scope, chargeId: string, amount: number): Charge {
  const charges = account.tables.of(chargeKind);
  const charge = charges.get(chargeId);
  const total = charge.amount_refunded + amount;
  return charges.update(chargeId, { amount_refunded: total, refunded: total === charge.amount });
}

/**
 * The bank took a pending refund.
 * @throws a StripeApiError when it is not pending
 */
export function settleRefund(scope: Scope, before: Refund): Refund {
  if (before.status !== 'pending') throw settled(before, 'pending');
  const charge = scope.account.tables.of(chargeKind).get(String(before.charge));
  const { pending_reason: _, ...rest } = before;
  const after = scope.account.tables.of(refundKind).put({
    ...rest,
    balance_transaction: withdraw(scope, charge, before.id, before.amount),
    status: 'succeeded',
  });
  recordEvent(scope, 'refund.updated', after, before);
  recordEvent(scope, 'charge.refund.updated', after, before);
  return after;
}

/**
 * The bank sent the money back: the refund fails, though it may have succeeded before, and the
 * charge is refunded by so much less. Source: https://docs.stripe.com/refunds#failed-refunds
 * @throws a StripeApiError when it has failed already
 */
export function failRefund(scope: Scope, before: Refund): Refund {
  const { status } = before;
  if (status !== 'pending' && status !== 'succeeded') throw settled(before, 'pending or succeeded');
  const { pending_reason: _, ...rest } = before;
  const after = scope.account.tables.of(refundKind).put({
    ...rest,
    ...(status === 'succeeded' && { failure_balance_transaction: returned(scope, before) }),
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  });
  changeRefunded(scope, String(before.charge), -before.amount);
  recordEvent(scope, 'refund.updated', after, before);
  recordEvent(scope, 'charge.refund.updated', after, before);
  recordEvent(scope, 'refund.failed', after, before);
  return after;
}

function returned(scope: Scope, refund: Refund): string {
  return recordBalanceTransaction(scope, {
    amount: refund.amount,
    currency: refund.currency,
    description: 'REFUND FAILURE',
    reporting_category: 'refund_failure',
    source: refund.id,
    type: 'refund_failure',
  }).id;
}

function settled({ id, status }: Refund, expected: string) {
  return invalidRequest(`Refund ${id} has the status ${status}; expected ${expected}.`);
}
