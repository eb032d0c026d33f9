import { type Resource, route } from '../http/routing';
import {
  checkoutDetailsKind,
  checkoutSessionKind,
  currentSession,
  payCheckoutSession,
} from '../models/checkout/sessions';
import { referencedPaymentMethod } from '../models/customers/payment-methods';
import { cardError } from '../models/payments/payment-intents';
import { invalidParameter } from '../parameters/errors';
import { integer, required, text } from '../parameters/params';
import type { CheckoutSession } from '../state/stored';
import type { Tables } from '../state/tables';

/** The hosted page's own view of a session; of its many members, those that a caller has used. */
function paymentPage(tables: Tables, session: CheckoutSession): object {
  return {
    id: session.id.replace(/^cs_test_/, 'ppage_'),
    object: 'checkout.session',
    session_id: session.id,
    currency: session.currency,
    customer_email: session.customer_email,
    line_items: tables.of(checkoutDetailsKind).get(session.id).lineItems,
    livemode: false,
    mode: session.mode,
    payment_intent: session.payment_intent,
    payment_status: session.payment_status,
    state: session.status,
    status: session.status,
    success_url: session.success_url,
    total_summary: { due: session.amount_total, total: session.amount_total },
  };
}

/** What the original's hosted page talks to, and `stripe trigger checkout.session.completed` with it. */
export const paymentPages: Resource = {
  routes: [
    route('GET', '/v1/payment_pages/:id', {}, ({ account, pathIds }) =>
      paymentPage(account.tables, currentSession(account, pathIds('id'))),
    ),

    route(
      'POST',
      '/v1/payment_pages/:id/confirm',
      { expected_amount: required(integer()), payment_method: required(text()) },
      (call) => {
        const { tables } = call.account;
        const session = currentSession(call.account, call.pathIds('id'));
        if (session.amount_total !== call.params.expected_amount) {
          throw invalidParameter(
            `The amount has changed: expected_amount is ${call.params.expected_amount}, the session's is ${session.amount_total}.`,
            'expected_amount',
            'checkout_amount_mismatch',
          );
        }
        const paymentMethod = referencedPaymentMethod(
          call,
          'payment_method',
          call.params.payment_method,
        );
        const { email, name } = paymentMethod.billing_details;
        const { attempt, decline } = payCheckoutSession(call, session.id, paymentMethod, {
          email,
          name,
        });
        if (decline && attempt) throw cardError({ ...attempt, decline });
        return paymentPage(tables, tables.of(checkoutSessionKind).get(session.id));
      },
    ),
  ],
};
