import type { Decision, Message } from '../effects/effects';
import { Problem } from '../errors';
import {
  captureHold,
  type Hold,
  type HoldChange,
  type HoldRefusal,
  placeHold,
  releaseHold,
} from '../ledger/holds';
import { applyDecisions } from '../store/apply';
import { lockBalance } from '../store/balances';
import type { Queryable } from '../store/database';
import { insertHold, lockHold, readHold, type StoredHold, updateHolds } from '../store/holds';
import { checkFunds, effectsOf } from './effects';

/** What a host application wants to reserve. */
export type HoldRequest = Pick<
  Hold,
  'holdId' | 'userId' | 'unit' | 'amountMinor' | 'description'
> & { readonly expiresInSeconds: number };

/**
 * Reserves an amount of a user's balance, within the caller's transaction. A hold that is there
 * already is returned as it is now.
 * @throws Problem `insufficient_funds`, `row_locked`
 */
export async function place(client: Queryable, asked: HoldRequest): Promise<StoredHold> {
  const { expiresInSeconds, ...request } = asked;
  const placed = placeHold({ ...request, capturedMinor: 0n, status: 'held' });
  const [inserted, balanceMinor] = await Promise.all([
    insertHold(client, placed.hold, expiresInSeconds),
    lockBalance(client, asked.userId, asked.unit),
  ]);
  if (inserted === undefined) return find(client, asked.userId, asked.holdId);
  checkFunds(asked, balanceMinor);
  await applyDecisions(client, [effectsOf(placed.transfers, [placedMessage(inserted)])]);
  return inserted;
}

/** @throws Problem `hold_not_found` */
export async function find(client: Queryable, userId: string, holdId: string): Promise<StoredHold> {
  return (await readHold(client, userId, holdId)) ?? notFound(holdId);
}

/**
 * Takes what is held, or a part of it, and gives the rest back, within the caller's transaction.
 * @param amountMinor in minor units of the hold's unit; undefined takes all
 * @throws Problem `hold_not_found`, `hold_expired` (even before the expiry is booked),
 * `hold_already_captured`, `hold_already_released`, `capture_exceeds_hold`, `row_locked`
 */
export async function capture(
  client: Queryable,
  userId: string,
  holdId: string,
  amountMinor: bigint | undefined,
): Promise<StoredHold> {
  const held = (await lockHold(client, userId, holdId)) ?? notFound(holdId);
  if (held.status === 'held' && held.isDue) throw refusal(held, 'hold_expired', amountMinor);
  const change = captureHold(held, amountMinor);
  if (typeof change === 'string') throw refusal(held, change, amountMinor);
  return applyChange(client, held, change);
}

/**
 * Gives back what is held, within the caller's transaction.
 * @throws Problem `hold_not_found`, `hold_already_captured`, `row_locked`
 */
export async function release(
  client: Queryable,
  userId: string,
  holdId: string,
): Promise<StoredHold> {
  const held = (await lockHold(client, userId, holdId)) ?? notFound(holdId);
  const change = releaseHold(held);
  if (typeof change === 'string') throw refusal(held, change);
  return applyChange(client, held, change);
}

async function applyChange(
  client: Queryable,
  before: StoredHold,
  change: HoldChange,
): Promise<StoredHold> {
  if (change.transfers.length === 0) return before;
  await Promise.all([
    updateHolds(client, [change.hold]),
    applyDecisions(client, [endingOf(change)]),
  ]);
  return { ...before, ...change.hold };
}

/** What the end of a hold does and tells: captured, released or expired. */
export function endingOf({ hold, transfers }: HoldChange): Decision {
  return effectsOf(transfers, [endingMessage(hold)]);
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
