import { type Decision, type Message, nothing, type PaymentChange } from '../effects/effects';
import { corrections, type Payment, type Refund } from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';
import { correctionMessages } from './corrections';

/**
 * What it means that more has become known of what came back of a payment: what stands reversed of
 * each of its grants is brought to what should.
 * @param after the payment with the news; the very same object when there is none
 */
export function decideReversal(
  before: Payment,
  after: Payment,
  change: PaymentChange,
  messages: readonly Message[],
): Decision {
  if (after === before) return nothing('no_change');
  const corrected = corrections(after).map((transfer) => causedBy(change.refund, transfer));
  return {
    ...nothing(outcomeOf(corrected)),
    transfers: corrected,
    payments: [change],
    messages: [...messages, ...correctionMessages(corrected, after.paid?.userId ?? '')],
  };
}

/** Names the refund, if it was one: why a person made it is found by that. */
function causedBy(refund: Refund | undefined, transfer: Transfer): Transfer {
  return refund === undefined ? transfer : { ...transfer, description: refund.refundId };
}

function outcomeOf(corrected: ReturnType<typeof corrections>): Decision['outcome'] {
  const [first] = corrected;
  if (first === undefined) return 'recorded';
  return first.reason === 'reversal' ? 'reversed' : 'restored';
}

/** Facts hold a payment whenever its key was asked for; a handling without one is a mistake of ours. */
export function paymentOf(payment: Payment | undefined): Payment {
  if (payment !== undefined) return payment;
  throw new TypeError('the facts hold no payment, though a payment was asked for');
}
