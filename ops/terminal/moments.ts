import { InvalidArgumentError } from 'commander';

const unitMillis: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const pattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A moment as people write it: `2h` ago, `2026-11-27`, `2026-11-27T10:00`, in UTC unless it names
 * another zone.
 * @returns in the form of the API
 * @throws InvalidArgumentError with the forms that are understood
 */
export function parseMoment(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined) {
    return new Date(Date.now() - Number(count) * (unitMillis[unit] ?? 0)).toISOString();
  }
  const [, day = '', time = '00:00', zone = 'Z'] = pattern.exec(text) ?? [];
  const date = new Date(`${day}T${time}${zone}`);
  if (isDay(day) && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new InvalidArgumentError(
    'expected how long ago (30m, 2h, 7d) or a time in UTC (2026-11-27, 2026-11-27T10:00).',
  );
}

/** The 30th of February would become a day of March without a word. */
function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** `2026-11-27 10:00:05`, in UTC, which the heading above it says. */
export function shownTime(moment: string): string {
  return moment.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

/** `3 s`, `12 min`, `5 h`, `3 d`: how long ago. */
export function shownAge(moment: string, nowMillis = Date.now()): string {
  const seconds = Math.max(0, Math.round((nowMillis - Date.parse(moment)) / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
