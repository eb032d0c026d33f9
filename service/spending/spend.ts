import { type Spend, spendKey, spendTransfer } from '../ledger/spending';
import { applyDecisions } from '../store/apply';
import { lockBalance } from '../store/balances';
import type { Queryable } from '../store/database';
import { isPosted } from '../store/transfers';
import { checkFunds, effectsOf } from './effects';

/**
 * Takes an amount from a user's balance and tells of it, within the caller's transaction. The
 * balance is locked first, so that spends of one balance take turns and none makes it negative.
 * A spend that the ledger has already, even after its Idempotency-Key was forgotten, changes nothing.
 * @returns what is left, in minor units
 * @throws Problem `insufficient_funds`, `row_locked`
 */
export async function spend(client: Queryable, asked: Spend): Promise<{ availableMinor: bigint }> {
  // Sent without waiting for each other; the second sees what was committed before the lock.
  const [balanceMinor, isKnown] = await Promise.all([
    lockBalance(client, asked.userId, asked.unit),
    isPosted(client, spendKey(asked.spendId)),
  ]);
  if (isKnown) return { availableMinor: balanceMinor };
  checkFunds(asked, balanceMinor);
  const { spendId, userId, unit, amountMinor, description } = asked;
  const effects = effectsOf(
    [spendTransfer(asked)],
    [
      {
        key: `${spendKey(spendId)}:debited`,
        type: 'balance.debited',
        userId,
        data: { unit, amountMinor: Number(amountMinor), reason: description, spendId },
      },
    ],
  );
  await applyDecisions(client, [effects]);
  return { availableMinor: balanceMinor - amountMinor };
}
