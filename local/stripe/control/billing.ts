import { recordEvent } from '../events/events';
import { type Call, type Route, route } from '../http/routing';
import { collectInvoice, expireIncomplete } from '../models/billing/collection';
import { invoiceKind, subscriptionIdOf } from '../models/billing/invoices';
import { endTrial, giveUp, renew } from '../models/billing/renewals';
import { subscriptionKind } from '../models/billing/subscriptions';
import { keptPaymentMethod } from '../models/customers/kept-cards';
import { referencedPaymentMethod } from '../models/customers/payment-methods';
import { oneOf, text } from '../parameters/params';
import type { Invoice, Subscription } from '../state/stored';

type Named = Pick<Call<Record<never, never>>, 'account' | 'pathIds'>;

const subscriptionOf = ({ account, pathIds }: Named): Subscription =>
  account.tables.of(subscriptionKind).get(pathIds('id'));
const invoiceOf = ({ account, pathIds }: Named): Invoice =>
  account.tables.of(invoiceKind).get(pathIds('id'));

/** What time does in the original: periods and trials that end, and cards that are tried again. */
export const billingControls: readonly Route[] = [
  route('POST', '/_local/subscriptions/:id/renew', { payment_method: text() }, (call) => {
    const subscription = subscriptionOf(call);
    const { payment_method: named } = call.params;
    if (named === undefined) return renew(call, subscription);
    const customer = String(subscription.customer);
    const { id } = keptPaymentMethod(call, 'payment_method', named, customer);
    const change = { default_payment_method: id };
    return renew(call, call.account.tables.of(subscriptionKind).update(subscription.id, change));
  }),

  route('POST', '/_local/subscriptions/:id/end-trial', {}, (call) =>
    endTrial(call, subscriptionOf(call)),
  ),
  route('POST', '/_local/subscriptions/:id/trial-will-end', {}, (call) => {
    const subscription = subscriptionOf(call);
    recordEvent(call, 'customer.subscription.trial_will_end', subscription);
    return subscription;
  }),
  route('POST', '/_local/subscriptions/:id/expire', {}, (call) =>
    expireIncomplete(call, subscriptionOf(call)),
  ),

  route('POST', '/_local/invoices/:id/pay', {}, (call) => {
    const card = referencedPaymentMethod(call, 'payment_method', 'pm_card_visa');
    return collectInvoice(call, invoiceOf(call), card.id).invoice;
  }),
  route(
    'POST',
    '/_local/invoices/:id/fail',
    { give_up: oneOf('cancel', 'mark_unpaid') },
    (call) => {
      const card = referencedPaymentMethod(call, 'payment_method', 'pm_card_chargeDeclined');
      const { invoice } = collectInvoice(call, invoiceOf(call), card.id);
      const subscription = subscriptionIdOf(invoice);
      if (call.params.give_up && subscription !== null) {
        const table = call.account.tables.of(subscriptionKind);
        giveUp(call, table.get(subscription), call.params.give_up);
      }
      return invoice;
    },
  ),
];
