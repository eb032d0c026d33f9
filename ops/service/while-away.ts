import { setTimeout as sleep } from 'node:timers/promises';
import { printProgress } from '../terminal/output';

/** A database that was paused takes some 15 s to wake. */
export const awaySeconds = 30;
const pauseMillis = 3_000;

/**
 * Asks again while the answer is "not now", for half a minute at most, and says so once.
 * @returns the last answer
 */
export async function askWhileAway<Answer>(
  ask: () => Promise<Answer>,
  isNotNow: (answer: Answer) => boolean | Promise<boolean>,
): Promise<Answer> {
  const end = Date.now() + awaySeconds * 1000;
  for (let isTold = false; ; isTold = true) {
    const answer = await ask();
    if (!(await isNotNow(answer)) || Date.now() + pauseMillis > end) return answer;
    if (!isTold) printProgress('the database is waking up, or away: asking again');
    await sleep(pauseMillis);
  }
}
