import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for something that comes about by itself.
 * @param look returns undefined until it is there
 * @throws Error with its name when it has not come after `withinMillis`
 */
export async function eventually<Seen>(
  name: string,
  look: () => Promise<Seen | undefined>,
  withinMillis = 30_000,
): Promise<Seen> {
  const deadline = performance.now() + withinMillis;
  while (performance.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(20);
  }
  throw new Error(`${name}: not seen within ${withinMillis} ms`);
}
