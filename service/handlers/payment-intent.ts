import type Stripe from 'stripe';
import { type Decision, nothing } from '../effects/effects';
import type { Facts } from '../effects/records';
import { type ImmediateHandling, idOf } from './handling';
import { checkoutIdOf } from './session-keys';
import { customerRead } from './stripe-read';

/** The states of a payment that are told. */
type ToldPaymentType =
  | 'payment.successful'
  | 'payment.failed'
  | 'payment.action_required'
  | 'payment.canceled';

/**
 * A payment that has got into a state which is told, whether a session of ours began it or not.
 * The money itself is booked when its session or its invoice tells of it.
 *
 * A message is keyed by the payment and what happened to it, so that two events of one change are
 * told once; attempts that fail are told apart by their charge. Stripe never leaves `succeeded` and
 * `canceled`, so that what comes in later about an earlier state is no news any more.
 * https://docs.stripe.com/payments/paymentintents/lifecycle
 */
export function handlePaymentIntent(
  intent: Stripe.PaymentIntent,
  type: ToldPaymentType,
): ImmediateHandling {
  const key = `payment_intent:${intent.id}:${type}${attemptOf(intent, type)}`;
  const isFinal = type === 'payment.successful' || type === 'payment.canceled';
  const finalKeys = (['payment.successful', 'payment.canceled'] as const).map(
    (final) => `payment_intent:${intent.id}:${final}`,
  );
  const customerId = idOf(intent.customer);
  return {
    origin: { metadata: intent.metadata, customerId, ask: customerRead(customerId) },
    factKeys: {
      paymentId: intent.id,
      customerId: customerId ?? undefined,
      checkoutId: checkoutIdOf(intent),
      messageKeys: isFinal ? [key] : [key, ...finalKeys],
    },
    decide: (facts) => {
      const isNews = ![key, ...(isFinal ? [] : finalKeys)].some((each) => facts.told.has(each));
      return isNews ? tell(intent, type, key, facts) : nothing('no_change');
    },
  };
}

function tell(
  intent: Stripe.PaymentIntent,
  type: ToldPaymentType,
  key: string,
  facts: Facts,
): Decision {
  const { checkout } = facts;
  const isSuccess = type === 'payment.successful';
  return {
    ...nothing('published'),
    messages: [
      {
        key,
        type,
        userId: facts.userId ?? checkout?.userId ?? null,
        data: {
          paymentIntentId: intent.id,
          customerId: idOf(intent.customer),
          amountMinor: isSuccess ? intent.amount_received : intent.amount,
          currency: intent.currency,
          errorCode: isSuccess ? null : (intent.last_payment_error?.code ?? null),
          sessionId: checkout?.sessionId ?? null,
          kind: checkout?.kind ?? null,
          reference: checkout?.reference ?? null,
          priceId: checkout?.priceId ?? null,
          quantity: checkout?.quantity ?? null,
          metadata: checkout?.metadata ?? {},
        },
      },
    ],
  };
}

/** What tells one attempt of a payment from the next. One that got to no charge has its method. */
function attemptOf(intent: Stripe.PaymentIntent, type: ToldPaymentType): string {
  if (type === 'payment.action_required') return `:${idOf(intent.payment_method) ?? 'none'}`;
  if (type !== 'payment.failed') return '';
  const { last_payment_error: error } = intent;
  if (error?.charge !== undefined) return `:${error.charge}`;
  return `:${idOf(intent.latest_charge) ?? 'none'}:${error?.payment_method?.id ?? 'none'}`;
}
