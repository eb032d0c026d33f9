import { customerKind } from '../models/customers/customers';
import type { Account } from '../state/account';

/** An object of somebody's, as far as it says whose. */
interface Owned {
  readonly customer?: unknown;
  readonly client_reference_id?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly customer_email?: string | null;
}

/** Metadata in which applications write down their own user: `user_id`, `shop_user_id`, `userId`. */
const userKey = /(^|_)user_?id$/i;

/** Whose an object is, in the words that a developer knows best: the application's own first. */
export function whoOf({ tables }: Pick<Account, 'tables'>, owned: Owned): string {
  const id = typeof owned.customer === 'string' ? owned.customer : undefined;
  const customer = id === undefined ? undefined : tables.of(customerKind).find(id);
  const users = [owned.metadata, customer?.metadata].flatMap((metadata) =>
    Object.entries(metadata ?? {}).filter(([key]) => userKey.test(key)),
  );
  const [[, user] = []] = users;
  const named = user ?? owned.client_reference_id ?? owned.customer_email ?? customer?.email;
  return named ?? customer?.name ?? id ?? 'a guest';
}

const momentFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** `27 Nov, 09:14:05 UTC` */
export function formatMoment(seconds: number): string {
  return `${momentFormat.format(seconds * 1000)} UTC`;
}
