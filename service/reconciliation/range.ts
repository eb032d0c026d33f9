import { Problem } from '../errors';
import type { TimeRange } from '../stripe/listing';

/** Stripe opened to the public in 2011: nothing in any account is older. */
const earliest = new Date('2011-01-01T00:00:00Z');
/** Clocks differ, and days begin at different times: what is later than that is a mistake. */
const futureMillisMax = 24 * 3_600_000;

/**
 * Refuses a range that no run could get to the end of, or that Stripe could not be asked for.
 * @throws Problem `reconciliation_range_invalid`
 */
export function checkRange({ from, until }: TimeRange, nowMillis: number): void {
  const latest = new Date(nowMillis + futureMillisMax);
  // Written so that a date that is none fails too.
  if (from >= earliest && until <= latest && from < until) return;
  throw new Problem(
    'reconciliation_range_invalid',
    `the range is from ${textOf(from)} until ${textOf(until)}; expected it to begin at ` +
      `${earliest.toISOString()} or later, to end by ${latest.toISOString()}, and to begin before ` +
      'it ends',
  );
}

function textOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString();
}
