/**
 * In characters as PostgreSQL and the limits of Stripe's metadata count them, which are Unicode code
 * points: an emoji is one, although JavaScript's `length` counts it as two.
 */
export const userIdLengthMax = 255;

/** PostgreSQL stores no NUL, and all halves of surrogate pairs alike: two users would be one. */
export const userIdPattern = `^(?=\\s*\\S)[^\\p{Cc}\\p{Cs}]{1,${userIdLengthMax}}$`;
const userId = new RegExp(userIdPattern, 'u');

/** Whether this can be a user: a token's `sub`, whoever is named in its place, or in metadata. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && userId.test(value);
}
