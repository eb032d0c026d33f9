import { setTimeout as sleep } from 'node:timers/promises';
import { OpsFailure } from '../failure';
import { askWhileAway } from './while-away';

/**
 * Each task looks for a newer secret once in five seconds at most. Five deliveries that are refused
 * within an hour would set off an alarm.
 */
const attempts = 4;
const pauseMillis = 3_000;

/** What came of one try; `not now` says nothing about the secret. */
export interface Tried {
  readonly outcome: 'taken' | 'refused' | 'not now';
  readonly seen: string;
}

/**
 * Tries until the service takes it, for as long as its tasks need to look for a newer secret.
 * @throws OpsFailure where it says "not now" for half a minute
 */
export async function untilPickedUp(tryOnce: () => Promise<Tried>): Promise<Tried> {
  for (let attempt = 1; ; attempt += 1) {
    const tried = await askWhileAway(tryOnce, ({ outcome }) => outcome === 'not now');
    if (tried.outcome === 'not now') {
      throw new OpsFailure(
        `the service could not say for half a minute whether it takes the secret: ${tried.seen}`,
        'The secret is stored. See what /ready names, repair that, and run the command again.',
      );
    }
    if (tried.outcome === 'taken' || attempt === attempts) return tried;
    await sleep(pauseMillis);
  }
}
