import { checkoutDetailsKind } from '../models/checkout/sessions';
import { formatAmount } from '../parameters/money';
import type { Account } from '../state/account';
import type { CheckoutSession } from '../state/stored';
import type { Action } from './actions';

/** An object that is there, and what buyers, banks and time can do to it. */
export interface Row {
  readonly title: string;
  /** Where a buyer goes on. */
  readonly link?: string;
  readonly amount: string | null;
  /** Whose, since when, and its id. */
  readonly details: readonly string[];
  readonly actions: readonly Action[];
}

export const post = (label: string, path: string, fields?: Action['fields']): Action => ({
  label,
  path: `/_local/${path}`,
  ...(fields && { fields }),
});
export const harm = (label: string, path: string, fields?: Action['fields']): Action => ({
  ...post(label, path, fields),
  isHarm: true,
});

export const amountOf = (minor: number | null, currency: string | null) =>
  minor === null || currency === null ? null : formatAmount(minor, currency);

export function namesOf({ tables }: Account, { id }: CheckoutSession): string {
  const details = tables.of(checkoutDetailsKind).find(id);
  return details?.lineItems.map(({ description }) => description).join(', ') || 'a checkout';
}
