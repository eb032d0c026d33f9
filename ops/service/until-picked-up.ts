import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Each task looks for a newer secret once in five seconds at most. Five deliveries that are refused
 * within an hour would set off an alarm.
 */
const attempts = 4;
const pauseMillis = 3_000;

/** What came of one try. */
export interface Tried {
  readonly isTaken: boolean;
  readonly seen: string;
}

/** Tries until the service takes it, for as long as its tasks need to look for a newer secret. */
export async function untilPickedUp(tryOnce: () => Promise<Tried>): Promise<Tried> {
  for (let attempt = 1; ; attempt += 1) {
    const tried = await tryOnce();
    if (tried.isTaken || attempt === attempts) return tried;
    await sleep(pauseMillis);
  }
}
