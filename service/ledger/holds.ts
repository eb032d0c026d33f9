import { type Account, type Reason, type Transfer, userAccount } from './transfers';

/** An amount that is reserved for something that will be captured or released. */
export interface Hold {
  /** A UUID, the same when the request that places it is repeated. */
  readonly holdId: string;
  readonly userId: string;
  /** A lower-case ISO 4217 currency, or `credits`. */
  readonly unit: string;
  /** What was reserved, above zero. */
  readonly amountMinor: bigint;
  /** What was captured of it; the rest went back. Zero unless `captured`. */
  readonly capturedMinor: bigint;
  /** The caller's reason. */
  readonly description: string;
  /** All but `held` are final. */
  readonly status: 'held' | 'captured' | 'released' | 'expired';
}

/** A hold as it is after an operation, and the transfers that bring the ledger there. */
export interface HoldChange {
  readonly hold: Hold;
  /** None when the hold was there already. */
  readonly transfers: readonly Transfer[];
}

/** Why an operation on a hold is refused. */
export type HoldRefusal =
  | 'hold_expired'
  | 'hold_already_captured'
  | 'hold_already_released'
  | 'capture_exceeds_hold';

/** The reservation. Whether the user has it is for whoever holds the lock of the balance to see. */
export function placeHold(hold: Hold): HoldChange {
  const user = userAccount(hold.userId);
  return { hold, transfers: [transferOf(hold, 'hold', user, 'holds', hold.amountMinor)] };
}

/**
 * Takes what is held, or a part of it, and gives the rest back. To capture the same amount again
 * changes nothing.
 * @param amountMinor above zero; undefined takes all
 */
export function captureHold(hold: Hold, amountMinor: bigint | undefined): HoldChange | HoldRefusal {
  const capturedMinor = amountMinor ?? hold.amountMinor;
  if (capturedMinor > hold.amountMinor) return 'capture_exceeds_hold';
  if (hold.status === 'expired') return 'hold_expired';
  if (hold.status === 'released') return 'hold_already_released';
  if (hold.status === 'captured') {
    return hold.capturedMinor === capturedMinor ? unchanged(hold) : 'hold_already_captured';
  }
  const restMinor = hold.amountMinor - capturedMinor;
  const captured = transferOf(hold, 'hold_captured', 'holds', 'revenue', capturedMinor);
  return {
    hold: { ...hold, status: 'captured', capturedMinor },
    transfers:
      restMinor === 0n ? [captured] : [captured, giveBack(hold, 'hold_released', restMinor)],
  };
}

/** Gives back what is held. What has gone back already, by release or expiry, stays as it is. */
export function releaseHold(hold: Hold): HoldChange | HoldRefusal {
  if (hold.status === 'captured') return 'hold_already_captured';
  return hold.status === 'held' ? end(hold, 'released') : unchanged(hold);
}

/** Gives back what was held for too long; what has ended otherwise stays as it is. */
export function expireHold(hold: Hold): HoldChange {
  return hold.status === 'held' ? end(hold, 'expired') : unchanged(hold);
}

function end(hold: Hold, status: 'released' | 'expired'): HoldChange {
  return {
    hold: { ...hold, status },
    transfers: [giveBack(hold, `hold_${status}`, hold.amountMinor)],
  };
}

function unchanged(hold: Hold): HoldChange {
  return { hold, transfers: [] };
}

function giveBack(hold: Hold, reason: Reason, amountMinor: bigint): Transfer {
  return transferOf(hold, reason, 'holds', userAccount(hold.userId), amountMinor);
}

function transferOf(
  hold: Hold,
  reason: Reason,
  debitAccount: Account,
  creditAccount: Account,
  amountMinor: bigint,
): Transfer {
  return {
    idempotencyKey: `hold:${hold.holdId}:${reason}`,
    debitAccount,
    creditAccount,
    unit: hold.unit,
    amountMinor,
    reason,
    paymentId: null,
    reverses: null,
    description: hold.description,
  };
}
