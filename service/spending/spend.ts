import type { UnrecordedWork } from '../bookkeeping/bookkeeper';
import { type Effects, noEffects } from '../effects/effects';
import { type Spend, spendKey, spendTransfer } from '../ledger/spending';
import { assertFunds } from './funds';

/** What a spend comes to. */
interface SpendDecision extends Effects {
  /** What is left, in minor units. */
  readonly availableMinor: bigint;
}

/**
 * Takes an amount from a user's balance and tells of it. The balance is locked, so that spends of
 * one balance take turns and none makes it negative. A spend that the ledger has already, even after
 * its Idempotency-Key was forgotten, changes nothing.
 * @throws Problem `insufficient_funds`, from the decision
 */
export function spendWork(asked: Spend): UnrecordedWork<SpendDecision> {
  const { spendId, userId, unit, amountMinor, description } = asked;
  return {
    factKeys: { balance: { userId, unit }, transferKey: spendKey(spendId) },
    decide: ({ balanceMinor, isPosted }) => {
      if (isPosted) return { ...noEffects, availableMinor: balanceMinor };
      assertFunds(asked, balanceMinor);
      return {
        ...noEffects,
        transfers: [spendTransfer(asked)],
        messages: [
          {
            key: `${spendKey(spendId)}:debited`,
            type: 'balance.debited',
            userId,
            data: { unit, amountMinor: Number(amountMinor), reason: description, spendId },
          },
        ],
        availableMinor: balanceMinor - amountMinor,
      };
    },
  };
}
