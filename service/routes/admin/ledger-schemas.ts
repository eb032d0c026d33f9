import { Type } from 'typebox';
import { orNull, transferReason } from '../../http/bodies';
import { causeOf } from '../../ledger/causes';
import type { RefundRequest } from '../../store/refund-requests';
import type { Transaction } from '../../store/transfers';
import type { UserPayment } from '../../store/user-payments';
import { dateTime, isoOf } from './conventions';

/** A transfer as its user's account sees it, with what only administrators are shown. */
export const transferRow = Type.Object(
  {
    transferId: Type.String(),
    idempotencyKey: Type.String({ description: 'Names the object that caused it.' }),
    unit: Type.String(),
    amountMinor: Type.Integer({ description: 'What the balance changed by: negative when taken.' }),
    reason: transferReason,
    reference: Type.Object({ type: Type.String(), id: Type.String() }),
    paymentId: orNull(Type.String()),
    reverses: orNull(Type.String({ description: 'The idempotency key of what it corrects.' })),
    description: orNull(Type.String()),
    createdAt: dateTime('When it was booked.'),
  },
  { title: 'TransferOfUser' },
);

export const payment = Type.Object(
  {
    paymentId: Type.String({ description: 'pi_… or ch_…' }),
    amountMinor: orNull(Type.Integer({ description: 'What was paid; null while not known.' })),
    currency: orNull(Type.String()),
    refunds: Type.Array(
      Type.Object({
        refundId: Type.String(),
        amountMinor: Type.Integer(),
        status: Type.String(),
        requestedBy: orNull(
          Type.String({ description: 'The administrator; null when it was not asked for here.' }),
        ),
        reason: orNull(Type.String({ description: 'As the administrator gave it.' })),
      }),
    ),
    disputes: Type.Array(
      Type.Object({ disputeId: Type.String(), amountMinor: Type.Integer(), status: Type.String() }),
    ),
    createdAt: dateTime('When it was told of first.'),
  },
  { title: 'Payment' },
);

export function transferOf(transfer: Transaction) {
  return {
    transferId: String(transfer.transferId),
    idempotencyKey: transfer.idempotencyKey,
    unit: transfer.unit,
    amountMinor: Number(transfer.amountMinor),
    reason: transfer.reason,
    reference: { ...causeOf(transfer) },
    paymentId: transfer.paymentId,
    reverses: transfer.reverses,
    description: transfer.description,
    createdAt: isoOf(transfer.createdAt),
  };
}

/** @param requests what administrators asked to refund, of this payment or of others */
export function describePayment(
  { payment, createdAt }: UserPayment,
  requests: readonly RefundRequest[],
) {
  const askedFor = new Map(requests.map((request) => [request.refundId, request]));
  const { paid, refunds, disputes } = payment;
  return {
    paymentId: payment.paymentId,
    amountMinor: paid === undefined ? null : Number(paid.amountMinor),
    currency: paid?.currency ?? null,
    refunds: refunds.map(({ refundId, amountMinor, status }) => ({
      refundId,
      amountMinor: Number(amountMinor),
      status,
      requestedBy: askedFor.get(refundId)?.requestedBy ?? null,
      reason: askedFor.get(refundId)?.reason ?? null,
    })),
    disputes: disputes.map(({ disputeId, amountMinor, status }) => ({
      disputeId,
      amountMinor: Number(amountMinor),
      status,
    })),
    createdAt: isoOf(createdAt),
  };
}
