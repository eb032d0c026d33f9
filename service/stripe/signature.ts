import Stripe from 'stripe';
import { Problem } from '../errors';

/** How old a signature may be, and how far ahead of our clock: Stripe's own libraries allow 300 s. */
export const signatureToleranceSeconds = 300;

/**
 * Verifies the signature of a delivery against every secret in force. Stripe's library takes one
 * secret a call and lets timestamps from the future pass, so both are done here.
 * https://docs.stripe.com/webhooks#verify-manually
 * @param body the bytes as they arrived
 * @returns the place in `secrets` of the one that verified
 * @throws Problem `stripe_signature_…`
 */
export function verifySignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly string[],
  nowSeconds: number,
): number {
  const { timestamp, value } = readHeader(header);
  const matching = secrets.findIndex((secret) => matches(body, value, secret));
  if (matching === -1) {
    throw new Problem(
      'stripe_signature_mismatch',
      `none of ${secrets.length} webhook secrets in force made this signature of this body`,
    );
  }
  checkAge(timestamp, nowSeconds);
  return matching;
}

/**
 * What can be said of a delivery by its header alone, before its body is read.
 * @throws Problem `stripe_signature_missing`, `…_malformed`, `…_expired`, `…_from_future`
 */
export function checkSignatureHeader(header: string | undefined, nowSeconds: number): void {
  checkAge(readHeader(header).timestamp, nowSeconds);
}

function readHeader(header: string | undefined): { timestamp: string; value: string } {
  if (header === undefined) {
    throw new Problem('stripe_signature_missing', 'the request carries no Stripe-Signature header');
  }
  const timestamp = timestampOf(header);
  if (timestamp === undefined || !/(?:^|,)v1=[0-9a-f]{64}(?:,|$)/.test(header)) {
    throw new Problem(
      'stripe_signature_malformed',
      'the header has not one t=<seconds>, or no v1=<HMAC>',
    );
  }
  return { timestamp, value: header };
}

function checkAge(timestamp: string, nowSeconds: number): void {
  const ageSeconds = nowSeconds - Number(timestamp);
  if (ageSeconds > signatureToleranceSeconds) {
    throw new Problem(
      'stripe_signature_expired',
      `it was made ${ageSeconds} s ago; at most ${signatureToleranceSeconds} s are allowed`,
    );
  }
  if (-ageSeconds > signatureToleranceSeconds) {
    throw new Problem(
      'stripe_signature_from_future',
      `it is ${-ageSeconds} s ahead of our clock; at most ${signatureToleranceSeconds} s are allowed`,
    );
  }
}

/**
 * The signed time, if there is exactly one. Stripe's library verifies the last of several, however
 * it ends; were the first one's age looked at, an old delivery could be replayed for ever.
 */
function timestampOf(header: string): string | undefined {
  const [time, ...others] = header.split(',').filter((item) => item.startsWith('t='));
  return others.length > 0 ? undefined : /^t=(\d{1,12})$/.exec(time ?? '')?.[1];
}

function matches(body: Buffer, header: string, secret: string): boolean {
  try {
    // Without a tolerance the library leaves the timestamp to us, which it would check one-sidedly.
    return Stripe.webhooks.signature?.verifyHeader(body, header, secret, 0) === true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}
