import { StripeApiError } from '../parameters/errors';
import type { Account } from '../state/account';
import { newId } from '../state/ids';
import type { Kind, Row } from '../state/tables';

/**
 * What goes wrong with a request. `status` answers an error at once; `timeout` never answers; `slow`
 * answers late; `lost_answer` does what was asked and cuts the connection instead of answering.
 */
export type FaultKind = 'lost_answer' | 'slow' | 'status' | 'timeout';

/** What is to go wrong, and with which requests. */
export interface NewFault {
  readonly kind: FaultKind;
  /** @default - any */
  readonly method?: string | undefined;
  /** A path under `/v1` in which `*` stands for anything: `/v1/refunds*`. @default '*' */
  readonly path?: string | undefined;
  /** From 400 to 599, for `status`. @default 500 */
  readonly status?: number | undefined;
  /** The error's own words. @default - Stripe's for that status */
  readonly message?: string | undefined;
  /** For `slow`. @default 1000 */
  readonly delayMillis?: number | undefined;
  /** With how many requests. @default 1 */
  readonly times?: number | undefined;
}

/** A fault that is in force. */
export interface Fault extends Row {
  readonly object: 'fault';
  readonly kind: FaultKind;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly message: string | null;
  readonly delay_ms: number;
  /** Requests that it will still meet. */
  readonly remaining: number;
}

export const faultKind: Kind<Fault> = { name: 'fault', param: 'fault' };

export function addFault({ tables }: Pick<Account, 'tables'>, fault: NewFault): Fault {
  return tables.of(faultKind).put({
    id: newId('fault', '', 14),
    object: 'fault',
    kind: fault.kind,
    method: fault.method ?? '*',
    path: fault.path ?? '*',
    status: fault.status ?? 500,
    message: fault.message ?? null,
    delay_ms: fault.delayMillis ?? 1000,
    remaining: fault.times ?? 1,
  });
}

/** The oldest fault that this request meets; it counts as met. */
export function takeFault(account: Account, method: string, path: string): Fault | undefined {
  const faults = account.tables.of(faultKind);
  const fault = faults
    .oldestFirst()
    .find((each) => matches(each.method, method) && matches(each.path, path));
  if (!fault) return undefined;
  if (fault.remaining > 1) faults.update(fault.id, { remaining: fault.remaining - 1 });
  else faults.remove(fault.id);
  account.log(`fault ${fault.kind} meets ${method} ${path}`);
  return fault;
}

function matches(pattern: string, text: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'i').test(text);
}

/** The error of a `status` fault, in Stripe's words: https://docs.stripe.com/error-low-level */
export function faultError(
  { status, message }: Fault,
  { method, path, key }: { readonly method: string; readonly path: string; readonly key: string },
): StripeApiError {
  if (status === 429) {
    // https://docs.stripe.com/rate-limits
    return new StripeApiError(
      429,
      message ??
        'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
      { code: 'rate_limit', headers: { 'stripe-rate-limited-reason': 'global-rate' } },
    );
  }
  if (status === 403) return new StripeApiError(403, message ?? forbidden(method, path, key));
  if (status === 401) {
    return new StripeApiError(401, message ?? `Expired API Key provided: ${masked(key)}`, {
      code: 'api_key_expired',
    });
  }
  const type = status >= 500 ? 'api_error' : 'invalid_request_error';
  return new StripeApiError(status, message ?? defaultMessage(status), { type });
}

function defaultMessage(status: number): string {
  return status >= 500
    ? 'Sorry! There was an error while talking to one of our backends. Support has been notified.'
    : `The request was refused with the status ${status}.`;
}

/** A restricted key without the permission for this call: https://docs.stripe.com/keys/restricted-api-keys */
function forbidden(method: string, path: string, key: string): string {
  const permission = `rak_${permissionOf(path)}_${method === 'GET' ? 'read' : 'write'}`;
  return `The provided key '${masked(key)}' does not have the required permissions for this endpoint on account 'acct_1LocalStripe'. Having the '${permission}' permission would allow this request to continue.`;
}

/** Refunds belong to the permission for charges; the others are named after their resource. */
function permissionOf(path: string): string {
  const [, , first = '', second = ''] = path.split('/');
  if (first === 'refunds') return 'charge';
  const isNamespace = first === 'checkout' || first === 'billing_portal';
  const name = isNamespace ? `${first}_${second}` : first;
  return name.replace(/s$/, '');
}

function masked(key: string): string {
  return `${key.slice(0, 8)}${'*'.repeat(33)}${key.slice(-4)}`;
}
