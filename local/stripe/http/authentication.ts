import type { FastifyRequest } from 'fastify';
import { StripeApiError } from '../parameters/errors';

/** The secret or restricted key of a test mode request. */
const testKey = /^(sk|rk)_test_\w{10,240}$/;

/**
 * Refuses a request without a test key, as Stripe does: https://docs.stripe.com/api/authentication
 * @param authorization the header, `Bearer sk_test_…` or Basic with the key as the user's name
 */
export function assertAuthenticated(authorization: string | undefined): void {
  const key = keyIn(authorization);
  if (key === undefined) {
    throw new StripeApiError(
      401,
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://docs.stripe.com/api/authentication for details, or we can help at https://support.stripe.com/.",
    );
  }
  if (testKey.test(key)) return;
  if (/^(sk|rk)_live_/.test(key)) {
    throw new StripeApiError(
      401,
      `Live API key refused: ${redacted(key)}. The local Stripe moves no money; use a key that begins with sk_test_ or rk_test_, such as sk_test_local0000000000.`,
    );
  }
  throw new StripeApiError(
    401,
    `Invalid API Key provided: ${redacted(key)}. The local Stripe takes any key of sk_test_ or rk_test_ and at least ten letters or digits.`,
  );
}

/** The key as it came, whatever it is. */
export function keyIn(authorization: string | undefined): string | undefined {
  const [scheme = '', credentials = ''] = authorization?.trim().split(/\s+/) ?? [];
  if (/^bearer$/i.test(scheme)) return credentials || undefined;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(credentials, 'base64').toString().split(':')[0] || undefined;
}

function redacted(key: string): string {
  return key.length < 12
    ? '*'.repeat(key.length)
    : `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}`;
}

/** Another site's page may link here; it may not submit the form. */
export function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
}
