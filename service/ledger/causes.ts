/** What a transfer was made for, by its kind and its id: a checkout session, a payment, a hold. */
export interface Cause {
  /** `checkout_session`, `invoice`, `payment`, `spend`, `hold`, `adjustment`, or another that keys begin with. */
  readonly type: string;
  readonly id: string;
}

/**
 * The cause of a transfer. A correction was caused by what became of the payment; all else by the
 * object that its idempotency key begins with: `checkout_session:cs_…:credit`.
 */
export function causeOf(transfer: {
  readonly idempotencyKey: string;
  readonly paymentId: string | null;
  readonly reverses: string | null;
}): Cause {
  if (transfer.reverses !== null && transfer.paymentId !== null) {
    return { type: 'payment', id: transfer.paymentId };
  }
  const [type = '', id = ''] = transfer.idempotencyKey.split(':');
  return { type, id };
}
