import type { UnrecordedWork } from '../bookkeeping/bookkeeper';
import { type Effects, type Message, noEffects } from '../effects/effects';
import type { Facts, HoldPlacer, StoredHold } from '../effects/records';
import { Problem } from '../errors';
import {
  captureHold,
  expireHold,
  type Hold,
  type HoldChange,
  type HoldRefusal,
  placeHold,
  releaseHold,
} from '../ledger/holds';
import { readHold } from '../store/holds';
import type { Queryable } from '../store/queryable';
import { assertFunds } from './funds';

/** What a host application wants to reserve. */
type HoldRequest = Pick<Hold, 'holdId' | 'userId' | 'unit' | 'amountMinor' | 'description'> & {
  readonly expiresInSeconds: number;
  readonly placer: HoldPlacer;
};

/** What a work on a hold comes to: the hold as it is then. */
export interface HoldDecision extends Effects {
  readonly hold: StoredHold;
}

/**
 * Reserves an amount of a user's balance. A hold that is there already is left as it is now.
 * @throws Problem `insufficient_funds`, from the decision
 */
export function placeWork(asked: HoldRequest): UnrecordedWork<HoldDecision> {
  const { expiresInSeconds, placer, ...request } = asked;
  const { holdId, userId, unit } = request;
  return {
    factKeys: { holdId, balance: { userId, unit } },
    decide: ({ hold: known, balanceMinor, now }) => {
      if (known !== undefined) return { ...noEffects, hold: known };
      if (now === undefined) throw new Error('a hold is placed at a time that is known');
      assertFunds(asked, balanceMinor);
      const { hold, transfers } = placeHold({ ...request, capturedMinor: 0n, status: 'held' });
      const expiresAt = new Date(now.getTime() + expiresInSeconds * 1_000);
      const placed = { ...hold, createdAt: now, expiresAt, isDue: false };
      return {
        ...noEffects,
        transfers,
        holds: [{ ...placed, placer }],
        messages: [placedMessage(placed)],
        hold: placed,
      };
    },
  };
}

/** @throws Problem `hold_not_found` */
export async function findHold(
  client: Queryable,
  userId: string,
  holdId: string,
): Promise<StoredHold> {
  return (await readHold(client, userId, holdId)) ?? notFound(holdId);
}

/**
 * Takes what is held, or a part of it, and gives the rest back.
 * @param amountMinor in minor units of the hold's unit; undefined takes all
 * @throws from the decision: Problem `hold_not_found`, `hold_expired` (even before the expiry is
 * booked), `hold_already_captured`, `hold_already_released`, `capture_exceeds_hold`
 */
export function captureWork(
  userId: string,
  holdId: string,
  amountMinor: bigint | undefined,
): UnrecordedWork<HoldDecision> {
  return {
    factKeys: { holdId },
    decide: (facts) => {
      const held = ownHold(facts, userId, holdId);
      if (held.status === 'held' && held.isDue) throw refusal(held, 'hold_expired', amountMinor);
      const change = captureHold(held, amountMinor);
      if (typeof change === 'string') throw refusal(held, change, amountMinor);
      return changed(held, change);
    },
  };
}

/**
 * Gives back what is held.
 * @throws from the decision: Problem `hold_not_found`, `hold_already_captured`
 */
export function releaseWork(userId: string, holdId: string): UnrecordedWork<HoldDecision> {
  return {
    factKeys: { holdId },
    decide: (facts) => {
      const held = ownHold(facts, userId, holdId);
      const change = releaseHold(held);
      if (typeof change === 'string') throw refusal(held, change);
      return changed(held, change);
    },
  };
}

/** Gives back what was held for too long. @param held locked by the caller's transaction already */
export function expireWork(held: StoredHold): UnrecordedWork<HoldDecision> {
  return { factKeys: {}, decide: () => changed(held, expireHold(held)) };
}

function ownHold({ hold }: Facts, userId: string, holdId: string): StoredHold {
  return hold?.userId === userId ? hold : notFound(holdId);
}

/** What the end of a hold does and tells: captured, released or expired. */
function changed(before: StoredHold, { hold, transfers }: HoldChange): HoldDecision {
  if (transfers.length === 0) return { ...noEffects, hold: before };
  const after = { ...before, ...hold };
  return {
    ...noEffects,
    transfers,
    holds: [{ ...after, placer: null }],
    messages: [endingMessage(hold)],
    hold: after,
  };
}

function endingMessage(hold: Hold): Message {
  const { userId, status } = hold;
  const key = `hold:${hold.holdId}:${status}`;
  const about = aboutHold(hold);
  const amountMinor = Number(hold.amountMinor);
  const capturedMinor = Number(hold.capturedMinor);
  switch (status) {
    case 'captured': {
      const data = {
        ...about,
        amountMinor: capturedMinor,
        releasedMinor: amountMinor - capturedMinor,
      };
      return { key, type: 'hold.captured', userId, data };
    }
    case 'released':
      return { key, type: 'hold.released', userId, data: { ...about, amountMinor } };
    case 'expired':
      return { key, type: 'hold.expired', userId, data: { ...about, amountMinor } };
    case 'held':
      throw new RangeError(`the hold ${hold.holdId} has not ended`);
  }
}

function placedMessage(hold: StoredHold): Message {
  return {
    key: `hold:${hold.holdId}:placed`,
    type: 'hold.placed',
    userId: hold.userId,
    data: {
      ...aboutHold(hold),
      amountMinor: Number(hold.amountMinor),
      expiresAt: hold.expiresAt.toISOString(),
    },
  };
}

function aboutHold({ holdId, unit, description }: Hold) {
  return { holdId, unit, reason: description };
}

function notFound(holdId: string): never {
  throw new Problem('hold_not_found', `this user has no hold ${holdId}`);
}

function refusal(hold: StoredHold, code: HoldRefusal, askedMinor?: bigint): Problem {
  const { unit, amountMinor, capturedMinor } = hold;
  const details: Readonly<Record<HoldRefusal, string>> = {
    hold_expired: `the hold was for ${amountMinor} ${unit} until ${hold.expiresAt.toISOString()}`,
    hold_already_captured: `${capturedMinor} of ${amountMinor} ${unit} were captured`,
    hold_already_released: `the ${amountMinor} ${unit} were given back`,
    capture_exceeds_hold: `${askedMinor} ${unit} are more than the ${amountMinor} that are held`,
  };
  return new Problem(code, details[code]);
}
