import type Stripe from 'stripe';
import type { EventSuppression } from '../events/suppressions';
import type { DisputeReason } from '../models/payments/disputes';
import type { Fault, NewFault } from './faults';

/**
 * The controls of a local Stripe as calls: what its tests, and the service's, make happen that the
 * original leaves to banks. Every call is one POST under `/_local`.
 */
export class RemoteControl {
  /** @param url where the local Stripe is, without a slash at the end */
  constructor(private readonly url: string) {}

  /** A pending refund succeeds. */
  settleRefund(refundId: string): Promise<Stripe.Refund> {
    return this.post(`/refunds/${refundId}/settle`);
  }

  /** A pending refund, or one that had succeeded, fails. */
  failRefund(refundId: string): Promise<Stripe.Refund> {
    return this.post(`/refunds/${refundId}/fail`);
  }

  /**
   * The buyer's bank disputes a charge.
   * @param dispute `amount` in minor units, by default what is not refunded; `reason`, by default
   *   `fraudulent`, where `inquiry` takes no money yet
   */
  disputeCharge(
    chargeId: string,
    dispute: { readonly amount?: number; readonly reason?: DisputeReason } = {},
  ): Promise<Stripe.Dispute> {
    return this.post(`/charges/${chargeId}/dispute`, dispute);
  }

  /** The bank decides for the seller: `won`, or `warning_closed` for an inquiry. */
  winDispute(disputeId: string): Promise<Stripe.Dispute> {
    return this.post(`/disputes/${disputeId}/win`);
  }

  /** The bank decides for the buyer: `lost`, or `warning_closed` for an inquiry. */
  loseDispute(disputeId: string): Promise<Stripe.Dispute> {
    return this.post(`/disputes/${disputeId}/lose`);
  }

  /** An inquiry becomes a chargeback, and the money is taken. */
  escalateDispute(disputeId: string): Promise<Stripe.Dispute> {
    return this.post(`/disputes/${disputeId}/escalate`);
  }

  /** The bank pays the debit of a session that was completed unpaid. */
  settleSession(sessionId: string): Promise<Stripe.Checkout.Session> {
    return this.post(`/checkout/sessions/${sessionId}/settle`);
  }

  /** The bank refuses the debit of a session that was completed unpaid. */
  failSession(sessionId: string): Promise<Stripe.Checkout.Session> {
    return this.post(`/checkout/sessions/${sessionId}/fail`);
  }

  /** The buyer authenticates a payment that `requires_action`, and it goes on. */
  authenticatePayment(intentId: string): Promise<Stripe.PaymentIntent> {
    return this.post(`/payment_intents/${intentId}/authenticate`);
  }

  /** The buyer fails to authenticate a payment that `requires_action`. */
  failAuthentication(intentId: string): Promise<Stripe.PaymentIntent> {
    return this.post(`/payment_intents/${intentId}/fail-authentication`);
  }

  /**
   * A subscription's period ends: the next begins and is charged, or the subscription ends where
   * that was asked for. A trial ends in the same way.
   * @param paymentMethod a test card that pays from now on, such as `pm_card_chargeCustomerFail`
   */
  renewSubscription(subscriptionId: string, paymentMethod?: string): Promise<Stripe.Subscription> {
    const parameters = { payment_method: paymentMethod };
    return this.post(`/subscriptions/${subscriptionId}/renew`, parameters);
  }

  /** A trial ends now, and the first period is charged. */
  endTrial(subscriptionId: string): Promise<Stripe.Subscription> {
    return this.post(`/subscriptions/${subscriptionId}/end-trial`);
  }

  /** `customer.subscription.trial_will_end`, which comes three days before. */
  announceTrialEnd(subscriptionId: string): Promise<Stripe.Subscription> {
    return this.post(`/subscriptions/${subscriptionId}/trial-will-end`);
  }

  /** The 23 hours are over in which the first invoice could be paid. */
  expireSubscription(subscriptionId: string): Promise<Stripe.Subscription> {
    return this.post(`/subscriptions/${subscriptionId}/expire`);
  }

  /** An open invoice is paid with a card that is good, whatever the customer's is. */
  payInvoice(invoiceId: string): Promise<Stripe.Invoice> {
    return this.post(`/invoices/${invoiceId}/pay`);
  }

  /**
   * One more attempt to collect an open invoice is declined.
   * @param giveUp it was the last: what becomes of the subscription. By default it stays past due
   */
  failInvoice(invoiceId: string, giveUp?: 'cancel' | 'mark_unpaid'): Promise<Stripe.Invoice> {
    return this.post(`/invoices/${invoiceId}/fail`, { give_up: giveUp });
  }

  /** The next requests that match go wrong, as many as `times` says. */
  addFault({ delayMillis, ...fault }: NewFault): Promise<Fault> {
    return this.post('/faults', { ...fault, delay_ms: delayMillis });
  }

  /** The faults that have not met all their requests yet, oldest first. */
  async faults(): Promise<readonly Fault[]> {
    const { data } = await this.call<{ readonly data: readonly Fault[] }>('GET', '/faults');
    return data;
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  /**
   * Stripe fails to generate the next events of these types: they are not sent, and not listed.
   * @param types such as `checkout.session.completed`, or `charge.*`
   */
  suppressEvents(types: readonly string[], times = 1): Promise<EventSuppression> {
    const listed = Object.fromEntries(types.map((type, index) => [`types[${index}]`, type]));
    return this.post('/events/suppress', { ...listed, times });
  }

  /** Those that have not swallowed all their events yet, oldest first. */
  async suppressions(): Promise<readonly EventSuppression[]> {
    const path = '/events/suppress';
    const { data } = await this.call<{ readonly data: readonly EventSuppression[] }>('GET', path);
    return data;
  }

  async clearSuppressions(): Promise<void> {
    await this.call('DELETE', '/events/suppress');
  }

  private post<T>(path: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const form = Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
    return this.call('POST', path, new URLSearchParams(form));
  }

  /** @throws Error with the answer of the local Stripe when it refuses */
  private async call<T>(
    method: string,
    path: string,
    body: URLSearchParams | null = null,
  ): Promise<T> {
    const response = await fetch(`${this.url}/_local${path}`, { method, body });
    if (response.ok) return (await response.json()) as T; // Typed by the control that answers.
    throw new Error(`${method} /_local${path} → ${response.status} ${await response.text()}`);
  }
}
