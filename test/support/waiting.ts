import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than anything takes on a busy machine: only what never comes waits as long. */
const patienceMillis = 60_000;

/**
 * Waits for something that comes about by itself.
 * @param look returns undefined until it is there
 * @throws Error with its name when it has not come after `withinMillis`
 */
export async function eventually<Seen>(
  name: string,
  look: () => Promise<Seen | undefined>,
  withinMillis = patienceMillis,
): Promise<Seen> {
  const deadline = performance.now() + withinMillis;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(20);
  }
  throw new Error(`${name}: not seen within ${withinMillis} ms`);
}

/**
 * Waits until what is looked at is as it should be.
 * @throws what `assert` threw last, when it has not come to that within a minute
 */
export async function untilHolds<Seen>(
  look: () => Promise<Seen>,
  assert: (seen: Seen) => void,
): Promise<Seen> {
  const deadline = performance.now() + patienceMillis;
  for (;;) {
    const seen = await look();
    try {
      assert(seen);
      return seen;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
