import { checkoutSessionKind } from '../models/checkout/sessions';
import { settleCheckoutSession } from '../models/checkout/settlement';
import { bankFailureOf } from '../models/customers/payment-methods';
import { paymentIntentKind } from '../models/payments/payment-intents';
import { failRefund, refundBehaviour, refundKind, settleRefund } from '../models/payments/refunds';
import { type Account, noRequest } from '../state/account';

/**
 * Answers in the place of banks, as the test card or account has it, to whatever has waited for so
 * many seconds.
 */
export function settleOverdue(account: Account, afterSeconds: number): void {
  settleDebits(account, account.now() - afterSeconds);
  settleRefunds(account, account.now() - afterSeconds);
}

function settleDebits(account: Account, before: number): void {
  const scope = { account, cause: noRequest };
  for (const { id, payment_intent } of account.tables.of(checkoutSessionKind).oldestFirst()) {
    if (payment_intent === null) continue;
    const intent = account.tables.of(paymentIntentKind).find(payment_intent);
    if (intent?.status !== 'processing' || intent.created > before) continue;
    const failure = intent.payment_method && bankFailureOf(scope, intent.payment_method);
    settleCheckoutSession(scope, id, !failure);
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
