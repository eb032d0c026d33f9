import { invalidParameter } from '../../parameters/errors';
import type { CheckoutSession } from '../../state/stored';
import { type BankDebit, debitCurrency, isBankDebit } from '../customers/test-bank-accounts';

export type OfferedMethod = 'card' | BankDebit;

/** What a request says about ways to pay. */
interface WantedMethods {
  /** A list that stands, of earlier versions of the API. */
  readonly payment_method_types?: readonly OfferedMethod[] | undefined;
  /** Filters of what the currency and the mode allow. */
  readonly allowed_payment_method_types?: readonly string[] | undefined;
  readonly excluded_payment_method_types?: readonly string[] | undefined;
}

/**
 * The ways to pay of a new session: those that fit the currency and that the filters leave, the card
 * first. A subscription takes cards alone here. Source:
 * https://docs.stripe.com/payments/payment-methods/dynamic-payment-methods
 * @throws a StripeApiError when none is left, or one of a list that stands does not fit
 */
export function offeredMethods(
  mode: CheckoutSession['mode'],
  currency: string | undefined,
  wanted: WantedMethods,
): OfferedMethod[] {
  const debits = Object.keys(debitCurrency).filter(isBankDebit);
  const fitting =
    mode === 'payment' ? debits.filter((each) => debitCurrency[each] === currency) : [];
  const { payment_method_types: listed = [] } = wanted;
  const misfit = listed.filter(isBankDebit).find((each) => !fitting.includes(each));
  if (misfit !== undefined) {
    throw invalidParameter(
      `The payment method type "${misfit}" cannot be used in ${mode} mode with the currency ${currency}; it takes ${debitCurrency[misfit]}, in payment mode.`,
      'payment_method_types',
    );
  }
  const { allowed_payment_method_types: allowed, excluded_payment_method_types: excluded } = wanted;
  const eligible: readonly OfferedMethod[] = listed.length > 0 ? listed : ['card', ...fitting];
  const offered = eligible.filter(
    (each) => (allowed?.includes(each) ?? true) && !excluded?.includes(each),
  );
  if (offered.length > 0) return [...new Set(offered)];
  throw invalidParameter(
    `No valid payment method types for this Checkout Session: in ${mode} mode with the currency ${currency} there are ${eligible.join(', ')}, and the filters leave none of them.`,
    allowed ? 'allowed_payment_method_types' : 'excluded_payment_method_types',
  );
}

/** The session's ways to pay that the hosted page has a form for. */
export function methodsOf({ payment_method_types: types }: CheckoutSession): OfferedMethod[] {
  const known = types.filter((type) => type === 'card' || isBankDebit(type)) as OfferedMethod[];
  return known.length > 0 ? known : ['card'];
}
