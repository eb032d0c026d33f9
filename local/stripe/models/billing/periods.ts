import type { Price } from '../../state/stored';

/** A span of time in seconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

export type Recurrence = Pick<NonNullable<Price['recurring']>, 'interval' | 'interval_count'>;

const oneDaySeconds = 24 * 60 * 60;
const daysOf: Readonly<Record<string, number>> = { day: 1, week: 7 };
const monthsOf: Readonly<Record<string, number>> = { month: 1, year: 12 };

/** For people: `per month`, `every 3 months`. */
export function formatRecurrence({ interval, interval_count: count }: Recurrence): string {
  return count === 1 ? `per ${interval}` : `every ${count} ${interval}s`;
}

/**
 * The second that is `times` intervals after `anchor`. Months keep the anchor's day, or end on their
 * last one: https://docs.stripe.com/billing/subscriptions/billing-cycle
 */
function intervalsAfter(anchor: number, recurrence: Recurrence, times: number): number {
  const count = recurrence.interval_count * times;
  const days = daysOf[recurrence.interval];
  if (days !== undefined) return anchor + days * count * oneDaySeconds;
  const date = new Date(anchor * 1000);
  const month = date.getUTCMonth() + (monthsOf[recurrence.interval] ?? 1) * count;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  const midnight = Date.UTC(date.getUTCFullYear(), month, day) / 1000;
  return midnight + (anchor % oneDaySeconds);
}

/** The period that begins at `start` and ends where the cycle of `anchor` next does. */
export function periodFrom(start: number, anchor: number, recurrence: Recurrence): Period {
  // A cycle has at least `interval_count` days, so this many are always enough to pass `start`.
  const most = Math.ceil(Math.max(0, start - anchor) / oneDaySeconds) + 1;
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (intervalsAfter(anchor, recurrence, middle) > start) high = middle;
    else low = middle + 1;
  }
  return { start, end: intervalsAfter(anchor, recurrence, low) };
}

/** How much of the period is left at `now`, from 0 to 1. */
export function shareLeft({ start, end }: Period, now: number): number {
  return Math.min(1, Math.max(0, (end - now) / (end - start)));
}

const dateFormat = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' });
const shortFormat = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' });

/** `November 21, 2026`, in UTC. */
export function formatDate(seconds: number): string {
  return dateFormat.format(seconds * 1000);
}

/** `Nov 21, 2026`, in UTC: for a narrow column. */
export function formatShortDate(seconds: number): string {
  return shortFormat.format(seconds * 1000);
}
