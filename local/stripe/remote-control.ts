import type Stripe from 'stripe';
import type { DisputeReason } from './disputes';

/**
 * The controls of a local Stripe as calls: what its tests, and the service's, make happen that the
 * original leaves to banks. Every call is one POST under `/_local`.
 */
export class RemoteControl {
  /** @param url where the local Stripe is, without a slash at the end */
  constructor(private readonly url: string) {}

  /** A pending refund succeeds. */
  settleRefund(refundId: string): Promise<Stripe.Refund> {
    return this.#post(`/refunds/${refundId}/settle`);
  }

  /** A pending refund, or one that had succeeded, fails. */
  failRefund(refundId: string): Promise<Stripe.Refund> {
    return this.#post(`/refunds/${refundId}/fail`);
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
    return this.#post(`/charges/${chargeId}/dispute`, dispute);
  }

  /** The bank decides for the seller: `won`, or `warning_closed` for an inquiry. */
  winDispute(disputeId: string): Promise<Stripe.Dispute> {
    return this.#post(`/disputes/${disputeId}/win`);
  }

  /** The bank decides for the buyer: `lost`, or `warning_closed` for an inquiry. */
  loseDispute(disputeId: string): Promise<Stripe.Dispute> {
    return this.#post(`/disputes/${disputeId}/lose`);
  }

  /** An inquiry becomes a chargeback, and the money is taken. */
  escalateDispute(disputeId: string): Promise<Stripe.Dispute> {
    return this.#post(`/disputes/${disputeId}/escalate`);
  }

  /** @throws Error with the answer of the local Stripe when it refuses */
  async #post<T>(path: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const response = await fetch(`${this.url}/_local${path}`, {
      method: 'POST',
      body: new URLSearchParams(
        Object.fromEntries(given.map(([key, value]) => [key, String(value)])),
      ),
    });
    if (response.ok) return (await response.json()) as T; // Typed by the control that answers.
    throw new Error(`POST /_local${path} → ${response.status} ${await response.text()}`);
  }
}
