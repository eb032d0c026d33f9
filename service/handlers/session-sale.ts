import type Stripe from 'stripe';
import { type Decision, type Message, type MessageOf, nothing } from '../effects/effects';
import type { Checkout, Facts } from '../effects/records';
import { type Purchase, saleTransfers, type Transfer, topupTransfers } from '../ledger/transfers';
import type { AsSold } from './as-sold';
import { correctionMessages, correctionsAtOnce } from './corrections';
import { idOf } from './handling';

/** What is sold, by us or by something else in the same Stripe account. */
type Sold = Pick<Checkout, 'userId' | 'mode' | 'reference' | 'name' | 'priceId' | 'metadata'> & {
  readonly kind: Checkout['kind'] | 'foreign';
};

/** The grants for what was paid, and what is told of them. */
export function decideSale(
  session: Stripe.Checkout.Session,
  sold: Sold,
  { paidMinor, currency, ...terms }: AsSold,
  { payment, creditNotes }: Pick<Facts, 'payment' | 'creditNotes'>,
): Decision {
  const { userId } = sold;
  const purchase: Purchase = {
    key: `checkout_session:${session.id}`,
    userId,
    paymentId: idOf(session.payment_intent),
    paidMinor,
    currency,
  };
  const granted = grantsOf(purchase, sold, terms);
  const paid = { userId, amountMinor: paidMinor, currency };
  const corrected = correctionsAtOnce(payment, paid, granted, creditNotes);
  return {
    ...nothing(granted.some(isCredit) ? 'credited' : 'sold'),
    transfers: [...granted, ...corrected],
    payments: purchase.paymentId === null ? [] : [{ paymentId: purchase.paymentId, paid }],
    messages: [
      message(session, sold, 'checkout.completed', {
        sessionId: session.id,
        kind: sold.kind,
        reference: sold.reference,
        name: sold.name,
        priceId: sold.priceId,
        metadata: sold.metadata,
        quantity: terms.quantity,
        amountMinor: Number(paidMinor),
        currency,
        paymentId: purchase.paymentId,
        subscriptionId: idOf(session.subscription),
      }),
      ...granted.filter(isCredit).map((transfer) =>
        message(session, sold, 'balance.credited', {
          unit: transfer.unit,
          amountMinor: Number(transfer.amountMinor),
          reason: transfer.reason,
          sessionId: session.id,
          invoiceId: null,
          paymentId: purchase.paymentId,
        }),
      ),
      ...correctionMessages(corrected, userId),
    ],
  };
}

/** The money of a subscription is its invoices': they bring the transfers. */
function grantsOf(
  purchase: Purchase,
  { kind, mode }: Sold,
  { credits, worthMinor }: Pick<AsSold, 'credits' | 'worthMinor'>,
): Transfer[] {
  if (mode === 'subscription') return [];
  const isTopup = kind === 'topup' || (kind === 'foreign' && credits === null);
  if (isTopup) return topupTransfers(purchase, worthMinor);
  return saleTransfers(purchase, {
    credits: credits ?? 0n,
    reason: kind === 'package' || kind === 'foreign' ? 'package' : 'purchase',
  });
}

function isCredit(transfer: Transfer): boolean {
  return transfer.creditAccount.startsWith('user:');
}

/** Of what a session did: told once for each type. */
export function message<T extends Message['type']>(
  session: Stripe.Checkout.Session,
  { userId }: Pick<Checkout, 'userId'>,
  type: T,
  data: MessageOf<T>['data'],
): Message {
  // A cast, because a union is not seen to hold the one member whose type and data fit.
  return {
    key: `checkout_session:${session.id}:${type}`,
    type,
    userId,
    data,
  } as Message;
}
