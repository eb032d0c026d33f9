import { type Decision, type Message, nothing } from '../effects/effects';
import { Problem } from '../errors';
import type { Transfer } from '../ledger/transfers';

/** Transfers and messages, as the store applies them together. */
export function effectsOf(transfers: readonly Transfer[], messages: readonly Message[]): Decision {
  return { ...nothing('updated'), transfers, messages };
}

/**
 * Refuses what a user does not have. A balance that a reversal has made negative covers nothing.
 * @param balanceMinor locked by the caller, or it may be spent twice
 * @throws Problem `insufficient_funds` with what is there
 */
export function checkFunds(
  { unit, amountMinor }: { readonly unit: string; readonly amountMinor: bigint },
  balanceMinor: bigint,
): void {
  if (amountMinor <= balanceMinor) return;
  throw new Problem(
    'insufficient_funds',
    `${amountMinor} ${unit} are more than the ${balanceMinor} ${unit} that are there, in minor units`,
    { members: { unit, availableMinor: Number(balanceMinor) } },
  );
}
