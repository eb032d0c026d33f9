import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random letters and digits, enough of which nobody guesses. */
export function randomCharacters(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** An id as long as Stripe's: `pi_3…` with 24 characters, `cus_…` with 14. */
export function newId(prefix: string, start: string, length: number): string {
  return `${prefix}_${start}${randomCharacters(length - start.length)}`;
}

export const newRequestId = () => newId('req', '', 14);
export const newWebhookSecret = () => newId('whsec', '', 32);
