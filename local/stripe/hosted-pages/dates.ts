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
