import type Stripe from 'stripe';
import { recordEvent } from '../../events/events';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { Charge, PaymentIntent, PaymentMethod } from '../../state/stored';
import type { Kind } from '../../state/tables';
import type { Decline } from '../customers/test-cards';

export const chargeKind: Kind<Charge> = {
  name: 'charge',
  references: { customer: 'customer', payment_intent: 'payment_intent' },
};

/** How a charge begins: a bank debit is pending for days. */
type ChargeStart = { readonly decline: Decline | null; readonly isPending?: boolean };

/** Records the attempt to take the payment's amount; `decline` is the issuer's no. */
export function createCharge(
  scope: Scope,
  intent: PaymentIntent,
  paymentMethod: PaymentMethod,
  { decline, isPending = false }: ChargeStart,
): Charge {
  const id = newId('ch', '3', 24);
  const isCaptured = decline === null && intent.capture_method !== 'manual';
  const charge = scope.account.tables.of(chargeKind).put({
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: isCaptured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    // The original fills this in some time later and says so by charge.updated.
    balance_transaction: null,
    billing_details: paymentMethod.billing_details,
    calculated_statement_descriptor: 'TOLLGATE LOCAL',
    captured: isCaptured,
    created: scope.account.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid: decline === null && !isPending,
    payment_intent: intent.id,
    payment_method: paymentMethod.id,
    payment_method_details: detailsOf(paymentMethod, intent),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: decline ? 'failed' : isPending ? 'pending' : 'succeeded',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  });
  recordEvent(scope, `charge.${charge.status}`, charge);
  return charge;
}

/** The bank answers to a pending charge. */
export function settleCharge(scope: Scope, chargeId: string, decline: Decline | null): Charge {
  const charge = scope.account.tables.of(chargeKind).update(chargeId, {
    ...(decline && {
      amount_captured: 0,
      captured: false,
      failure_code: decline.code,
      failure_message: decline.message,
    }),
    outcome: outcomeOf(decline),
    paid: decline === null,
    status: decline ? 'failed' : 'succeeded',
  });
  recordEvent(scope, `charge.${charge.status}`, charge);
  return charge;
}

function outcomeOf(decline: Decline | null): NonNullable<Stripe.Charge['outcome']> {
  return {
    advice_code: decline ? 'try_again_later' : null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 20,
    seller_message: decline?.sellerMessage ?? 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  };
}

function detailsOf(
  { card, sepa_debit, us_bank_account }: PaymentMethod,
  { amount }: PaymentIntent,
): Stripe.Charge['payment_method_details'] {
  if (sepa_debit) return { type: 'sepa_debit', sepa_debit: { ...sepa_debit, mandate: null } };
  if (us_bank_account) {
    const details = { ...us_bank_account, payment_reference: null };
    return { type: 'us_bank_account', us_bank_account: details };
  }
  if (!card) return null;
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: card.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: null,
      overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}
