import type { BankAccount, BankDebit } from '../models/customers/test-bank-accounts';
import type { FieldErrors, FieldValues } from './card-form';

/** What the buyer filled in, fit to be debited. */
interface BankEntry {
  readonly account: BankAccount;
  readonly email: string | null;
  readonly name: string | null;
}

/**
 * Reads the form of a bank debit before any bank is asked.
 * @param knownEmail the session's or its customer's, which the buyer is not asked for again
 */
export function readBankForm(
  type: BankDebit,
  values: FieldValues,
  knownEmail: string | null,
): BankEntry | { readonly errors: FieldErrors } {
  const isSepa = type === 'sepa_debit';
  const number = (isSepa ? values.iban : values.accountNumber)?.replace(/\s/g, '') ?? '';
  const routing = isSepa ? '' : (values.routingNumber ?? '');
  const email = knownEmail ?? values.email ?? '';
  const errors: FieldErrors = {
    ...(!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && { email: 'Enter a valid email address.' }),
    ...(!values.billingName && { billingName: 'Enter the name of the account’s holder.' }),
    ...(isSepa && !isIban(number) && { iban: 'Your IBAN is invalid.' }),
    ...(!isSepa && !isRouting(routing) && { routingNumber: 'Your routing number is invalid.' }),
    ...(!isSepa && !/^\d{4,17}$/.test(number) && { accountNumber: 'Enter 4 to 17 digits.' }),
  };
  if (Object.keys(errors).length > 0) return { errors };
  return { account: { type, number, routing }, email, name: values.billingName ?? null };
}

/** The check digits of ISO 13616: the number modulo 97 is 1. */
function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/.test(iban)) return false;
  const digits = `${iban.slice(4)}${iban.slice(0, 4)}`.replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}

/** The check digit of the American Bankers Association: weights 3, 7 and 1. */
function isRouting(routing: string): boolean {
  if (!/^\d{9}$/.test(routing)) return false;
  const weights = [3, 7, 1];
  const sum = [...routing].reduce(
    (total, digit, index) => total + Number(digit) * (weights[index % 3] ?? 0),
    0,
  );
  return sum % 10 === 0;
}
