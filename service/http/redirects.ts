import { Problem } from '../errors';
import { isAllowedOrigin } from './origins';

export interface RedirectRules {
  readonly publicBaseUrl: URL;
  /** The pages below the calling origin, or PUBLIC_BASE_URL, for buyers who paid, and who gave up. */
  readonly successPath: string;
  readonly cancelPath: string;
  /** Origins that a buyer may be sent to, that of PUBLIC_BASE_URL among them. */
  readonly allowedOrigins: readonly string[];
}

/** Stripe puts the session's id in its place: https://docs.stripe.com/payments/checkout/custom-success-page */
const sessionIdPlaceholder = '{CHECKOUT_SESSION_ID}';

/**
 * The URLs that the caller named, else pages of the calling origin, else of PUBLIC_BASE_URL. Each is
 * checked against the allowed origins, or anybody could send our buyers anywhere.
 * @throws Problem `redirect_url_not_allowed`
 */
export function resolveRedirects(
  asked: { readonly successUrl?: string | undefined; readonly cancelUrl?: string | undefined },
  origin: string | undefined,
  rules: RedirectRules,
): { readonly successUrl: string; readonly cancelUrl: string } {
  const page = (path: string, outcome: string): string => {
    const base = origin === undefined ? rules.publicBaseUrl.href : `${origin}/`;
    return `${base.replace(/\/$/, '')}${path}?checkout=${outcome}`;
  };
  const success = page(rules.successPath, 'success');
  const successUrl = asked.successUrl ?? `${success}&session_id=${sessionIdPlaceholder}`;
  const cancelUrl = asked.cancelUrl ?? page(rules.cancelPath, 'canceled');
  check('successUrl', asked.successUrl === undefined ? 'Origin' : 'successUrl', successUrl, rules);
  check('cancelUrl', asked.cancelUrl === undefined ? 'Origin' : 'cancelUrl', cancelUrl, rules);
  return { successUrl, cancelUrl };
}

/**
 * The URL that the caller named for the way back from the customer portal, else the calling origin,
 * else PUBLIC_BASE_URL; checked in the same way.
 * @throws Problem `redirect_url_not_allowed`
 */
export function resolveReturnUrl(
  asked: string | undefined,
  origin: string | undefined,
  rules: RedirectRules,
): string {
  const url = asked ?? (origin === undefined ? rules.publicBaseUrl.href : `${origin}/`);
  check('returnUrl', asked === undefined ? 'Origin' : 'returnUrl', url, rules);
  return url;
}

function check(what: string, from: string, url: string, rules: RedirectRules): void {
  // It is sent on as it was written, so that nobody may read another host out of it than we do: no
  // user name, no white space, none of the forms that browsers mend. A blob: URL, say, has the
  // origin of the page that made it.
  const parsed =
    /^https?:\/\/[^\s\\\p{Cc}\p{Cs}]+$/u.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  const origin = parsed?.username === '' && parsed.password === '' ? parsed.origin : undefined;
  if (origin !== undefined && isAllowedOrigin(origin, rules.allowedOrigins)) return;
  throw new Problem(
    'redirect_url_not_allowed',
    `the ${what}${from === what ? '' : `, made from ${from},`} leads to ${origin ?? 'no web page'}; allowed are ` +
      rules.allowedOrigins.join(', '),
  );
}
