import { addShares, multipliedShare, noShare, restOf, type Share, shareOf } from './shares';

/**
 * What of an invoice Stripe took back: it lowered what was to be paid, or what was paid came back as
 * a refund, as the customer's balance at Stripe, or elsewhere.
 * https://docs.stripe.com/api/credit_notes/object
 */
export interface CreditNote {
  readonly creditNoteId: string;
  readonly invoiceId: string;
  /** Moves forward only: one that is void stays so. */
  readonly status: 'issued' | 'void';
  readonly amountMinor: bigint;
  /** The part of the amount that lowered what was to be paid. */
  readonly prePaymentMinor: bigint;
  readonly currency: string;
  readonly lines: readonly CreditedLine[];
  readonly refunds: readonly CreditNoteRefund[];
}

/** How much of a line it takes back. */
export interface CreditedLine {
  /** `il_…`; null for what is taken of all lines alike. */
  readonly lineId: string | null;
  readonly creditedMinor: bigint;
  /** What the line, or for all of them the invoice, came to. */
  readonly ofMinor: bigint;
}

/** A refund that is part of a credit note: the same money, told of twice. */
export interface CreditNoteRefund {
  readonly refundId: string;
  readonly paymentId: string | null;
  readonly amountMinor: bigint;
}

/** What credit notes take of a grant, as shares of it: before it was paid for, and after. */
export interface Credited {
  readonly beforePayment: Share;
  readonly afterPayment: Share;
}

/**
 * What credit notes take of the grant of this key. Those that an invoice made are known by their
 * line; what a checkout session granted, whose invoice is credited, is taken as if of all lines.
 * @param hasFailed whether a refund came back, so that its part of the credit note was not given
 */
export function creditedOf(
  grantKey: string,
  creditNotes: readonly CreditNote[],
  hasFailed: (refundId: string) => boolean,
): Credited {
  const [origin, invoiceId, lineId] = grantKey.split(':');
  let credited: Credited = { beforePayment: noShare, afterPayment: noShare };
  for (const note of creditNotes) {
    if (note.status === 'void' || note.amountMinor <= 0n) continue;
    if (origin === 'invoice' && invoiceId !== note.invoiceId) continue;
    const taken = note.lines
      .filter((line) => origin !== 'invoice' || line.lineId === null || line.lineId === lineId)
      .map(({ creditedMinor, ofMinor }) => shareOf(creditedMinor, ofMinor))
      .reduce(addShares, noShare);
    const { amountMinor, prePaymentMinor, refunds } = note;
    const failedMinor = refunds
      .filter(({ refundId }) => hasFailed(refundId))
      .reduce((sum, refund) => sum + refund.amountMinor, 0n);
    const part = (minor: bigint) => multipliedShare(taken, shareOf(minor, amountMinor));
    credited = {
      beforePayment: addShares(credited.beforePayment, part(prePaymentMinor)),
      afterPayment: addShares(
        credited.afterPayment,
        part(amountMinor - prePaymentMinor - failedMinor),
      ),
    };
  }
  return credited;
}

/** All that is to stand reversed: refunds and disputes take of what was left to be paid for. */
export function takenShare({ beforePayment, afterPayment }: Credited, ofPaid: Share): Share {
  return addShares(
    addShares(beforePayment, multipliedShare(restOf(beforePayment), ofPaid)),
    afterPayment,
  );
}
