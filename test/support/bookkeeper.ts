import { Bookkeeper } from '../../service/bookkeeping/bookkeeper';
import type { MetricName } from '../../service/metrics';

/** A bookkeeper as the service has one, and what it counted and how often it woke the outbox. */
export function countingBookkeeper() {
  const counted: MetricName[] = [];
  const woken = { times: 0 };
  const bookkeeper = new Bookkeeper({
    counter: { count: (name) => counted.push(name) },
    wakeOutbox: () => {
      woken.times += 1;
    },
  });
  return { bookkeeper, counted, woken };
}

/** A bookkeeper for tests that look at the books alone. */
export const quietBookkeeper = countingBookkeeper().bookkeeper;
