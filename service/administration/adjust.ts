import type { UnrecordedWork } from '../bookkeeping/bookkeeper';
import { noEffects } from '../effects/effects';
import { Problem } from '../errors';
import { type Adjustment, adjustmentKey, adjustmentTransfer } from '../ledger/adjustments';

/** An adjustment, and who answers for it. */
export interface AuthorisedAdjustment extends Adjustment {
  readonly mayOverdraw: boolean;
  readonly requestedBy: string;
  /** The second person; null where none was needed. */
  readonly approvedBy: string | null;
}

/**
 * Gives or takes by hand, and tells of it. The balance is locked, so that a correction takes turns
 * with what is being spent. One that the ledger has already changes nothing.
 * @throws Problem `insufficient_funds`, from the decision, unless it may leave less than nothing
 */
export function adjustmentWork(asked: AuthorisedAdjustment): UnrecordedWork {
  const { adjustmentId, userId, unit, amountMinor, kind, reason } = asked;
  const key = adjustmentKey(adjustmentId);
  return {
    factKeys: { balance: { userId, unit }, transferKey: key },
    decide: ({ balanceMinor, isPosted }) => {
      if (isPosted) return noEffects;
      const afterMinor = balanceMinor + amountMinor;
      if (amountMinor < 0n && afterMinor < 0n && !asked.mayOverdraw) {
        throw new Problem(
          'insufficient_funds',
          `${-amountMinor} ${unit} are to be taken of the ${balanceMinor} ${unit} that are there, ` +
            'in minor units; send "mayOverdraw": true if the user is to owe the rest',
          { members: { unit, availableMinor: Number(balanceMinor) } },
        );
      }
      return {
        ...noEffects,
        transfers: [adjustmentTransfer(asked)],
        messages: [
          {
            key: `${key}:adjusted`,
            type: 'balance.adjusted',
            userId,
            data: {
              unit,
              amountMinor: Number(amountMinor),
              kind,
              reason,
              adjustmentId,
              requestedBy: asked.requestedBy,
              approvedBy: asked.approvedBy,
            },
          },
        ],
      };
    },
  };
}
