import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../service/log';
import { Polling } from '../../service/polling';
import { eventually } from '../support/waiting';

const log = createLog('silent');
const never = 1_000_000;
let polling: Polling | undefined;

afterEach(() => polling?.stop());

function startPolling(
  step: (signal: AbortSignal) => Promise<unknown>,
  intervalMillis = never,
): Polling {
  polling = new Polling({ name: 'test', intervalMillis, log, step });
  polling.start();
  return polling;
}

/** A step whose runs are counted and end when they are told to. */
function gatedStep() {
  let begun = 0;
  let underWay = 0;
  let underWayMax = 0;
  const gates: (() => void)[] = [];
  return {
    step: async () => {
      begun += 1;
      underWay += 1;
      underWayMax = Math.max(underWayMax, underWay);
      await new Promise<void>((resolve) => gates.push(resolve));
      underWay -= 1;
    },
    finish: async () => {
      gates.shift()?.();
      await sleep(5);
    },
    get begun() {
      return begun;
    },
    get underWayMax() {
      return underWayMax;
    },
  };
}

test('it steps at once when it is started, and again after each interval', async () => {
  let steps = 0;
  startPolling(async () => {
    steps += 1;
  }, 10);
  await sleep(0);
  expect(steps).toBe(1);
  await eventually('a third step', () => Promise.resolve(steps > 2 || undefined));
});

test('starting it twice does not make two loops', async () => {
  const gated = gatedStep();
  startPolling(gated.step).start();
  await sleep(5);
  expect(gated.begun).toBe(1);
  await gated.finish();
});

test('woken, it does not wait for the interval', async () => {
  const gated = gatedStep();
  startPolling(gated.step);
  await gated.finish();
  expect(gated.begun).toBe(1);
  polling?.wake();
  await sleep(5);
  expect(gated.begun).toBe(2);
  await gated.finish();
});

test('woken while a step is under way, it steps once more: what came in too late is not left', async () => {
  const gated = gatedStep();
  startPolling(gated.step);
  polling?.wake();
  polling?.wake();
  polling?.wake();
  await gated.finish();
  expect(gated.begun).toBe(2);
  await gated.finish();
  expect(gated.begun).toBe(2);
  expect(gated.underWayMax).toBe(1);
});

test('woken before it is started, it steps when it is started', async () => {
  const gated = gatedStep();
  polling = new Polling({ name: 'test', intervalMillis: never, log, step: gated.step });
  polling.wake();
  polling.start();
  expect(gated.begun).toBe(1);
  await gated.finish();
});

test('a step that fails is tried again after a pause that waking does not shorten', async () => {
  const startedAt = Date.now();
  const stepsAtMillis: number[] = [];
  startPolling(async () => {
    stepsAtMillis.push(Date.now() - startedAt);
    if (stepsAtMillis.length === 1) throw new Error('the database is away');
  });
  for (let woken = 0; woken < 20; woken += 1) {
    polling?.wake();
    await sleep(10);
  }
  expect(stepsAtMillis).toHaveLength(1);
  await sleep(1_000);
  expect(stepsAtMillis[1]).toBeGreaterThanOrEqual(990);
});

test('a step that throws before it returns a promise does not end the loop either', async () => {
  let steps = 0;
  startPolling(() => {
    steps += 1;
    if (steps === 1) throw new Error('thrown, not rejected');
    return Promise.resolve();
  });
  await sleep(1_100);
  expect(steps).toBe(2);
});

describe('S23: stop', () => {
  test('waits for the step that is under way, tells it, and begins no other', async () => {
    let ended = false;
    let told = false;
    let steps = 0;
    startPolling(async (signal) => {
      steps += 1;
      await sleep(30);
      told = signal.aborted;
      ended = true;
    }, 0);
    polling?.wake();
    await polling?.stop();
    expect({ ended, told, steps }).toEqual({ ended: true, told: true, steps: 1 });
    await sleep(20);
    expect(steps).toBe(1);
  });

  test.each([
    ['the interval', () => Promise.resolve()],
    ['the pause after a failure', () => Promise.reject(new Error('away'))],
  ])('does not wait for %s to pass', async (_name, step) => {
    startPolling(step);
    await sleep(5);
    const startedAt = Date.now();
    await polling?.stop();
    expect(Date.now() - startedAt).toBeLessThan(900);
  });

  test('never rejects, though the last step does', async () => {
    startPolling(async () => {
      await sleep(10);
      throw new Error('away');
    });
    await expect(polling?.stop()).resolves.toBeUndefined();
  });

  test('of one that was never started returns at once', async () => {
    polling = new Polling({ name: 'test', intervalMillis: 1, log, step: () => Promise.reject() });
    await polling.stop();
  });
});
