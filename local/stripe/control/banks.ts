import { checkoutSessionKind } from '../models/checkout/sessions';
import { settleCheckoutSession } from '../models/checkout/settlement';
import { bankDelaySecondsOf, bankFailureOf } from '../models/customers/payment-methods';
import { paymentIntentKind } from '../models/payments/payment-intents';
import { failRefund, refundBehaviour, refundKind, settleRefund } from '../models/payments/refunds';
import { type Account, noRequest } from '../state/account';

/**
 * Answers in the place of banks, as the test card or account has it, to whatever has waited for so
 * many seconds, and to the debits of accounts whose banks answer by themselves.
 * @param afterSeconds undefined: the others wait for a control
 */
export function settleOverdue(account: Account, afterSeconds: number | undefined): void {
  settleDebits(account, afterSeconds);
  if (afterSeconds !== undefined) settleRefunds(account, account.now() - afterSeconds);
}

function settleDebits(account: Account, afterSeconds = Number.POSITIVE_INFINITY): void {
  const scope = { account, cause: noRequest };
  for (const { id, payment_intent } of account.tables.of(checkoutSessionKind).oldestFirst()) {
    if (payment_intent === null) continue;
    const intent = account.tables.of(paymentIntentKind).find(payment_intent);
    if (intent?.status !== 'processing' || intent.payment_method === null) continue;
    const ownSeconds = bankDelaySecondsOf(scope, intent.payment_method) ?? afterSeconds;
    if (intent.created > account.now() - Math.min(ownSeconds, afterSeconds)) continue;
    settleCheckoutSession(scope, id, bankFailureOf(scope, intent.payment_method) === null);
  }
}

function settleRefunds(account: Account, before: number): void {
  const scope = { account, cause: noRequest };
  for (const refund of account.tables.of(refundKind).oldestFirst()) {
    if (refund.created > before) continue;
    if (refund.status === 'pending') settleRefund(scope, refund);
    else if (refund.status === 'succeeded' && refundBehaviour(scope, refund) === 'fails') {
      failRefund(scope, refund);
    }
  }
}
