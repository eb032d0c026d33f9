import { cardNumbered, hasValidCheckDigit, type TestCard } from '../models/customers/test-cards';
import type { FormFields } from '../parameters/form-encoding';

/** The names of the fields, which are also their ids: those of Stripe's own page. */
export type FieldName =
  | 'accountNumber'
  | 'billingName'
  | 'cardCvc'
  | 'cardExpiry'
  | 'cardNumber'
  | 'email'
  | 'iban'
  | 'routingNumber';

export type FieldValues = Partial<Record<FieldName, string>>;
export type FieldErrors = Partial<Record<FieldName, string>>;

/** What the buyer filled in, fit to be charged. */
interface CardEntry {
  readonly card: TestCard;
  readonly expMonth: number;
  readonly expYear: number;
  readonly email: string | null;
  readonly name: string | null;
}

const fieldNames: readonly FieldName[] = [
  'accountNumber',
  'billingName',
  'cardCvc',
  'cardExpiry',
  'cardNumber',
  'email',
  'iban',
  'routingNumber',
];

export function fieldValues(fields: FormFields): FieldValues {
  const entries = fieldNames.map((name) => [name, fields.get(name)] as const);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
  );
}

/**
 * Reads the form as Stripe's page does, before any money is asked for.
 * @param knownEmail the session's or its customer's, which the buyer is not asked for again
 */
export function readCardForm(
  values: FieldValues,
  knownEmail: string | null,
  now: Date,
): CardEntry | { readonly errors: FieldErrors } {
  const number = (values.cardNumber ?? '').replace(/[\s-]/g, '');
  const card = cardNumbered(number);
  const expiry = expiryOf(values.cardExpiry ?? '');
  const email = knownEmail ?? values.email ?? '';
  const errors: FieldErrors = {
    ...(!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && { email: 'Enter a valid email address.' }),
    ...(!hasValidCheckDigit(number) && { cardNumber: 'Your card number is invalid.' }),
    ...expiryError(expiry, now),
    ...cvcError(values.cardCvc ?? '', card),
  };
  if (Object.keys(errors).length > 0 || !expiry) return { errors };
  return { card, ...expiry, email, name: values.billingName || null };
}

type Expiry = Pick<CardEntry, 'expMonth' | 'expYear'>;

/** `12 / 34`, `12/2034` and `1234` alike. */
function expiryOf(text: string): Expiry | undefined {
  const match = /^(\d{1,2})\s*[/-]\s*(?:20)?(\d{2})$|^(\d{2})(\d{2})$/.exec(text);
  if (!match) return undefined;
  const expMonth = Number(match[1] ?? match[3]);
  return { expMonth, expYear: 2000 + Number(match[2] ?? match[4]) };
}

function expiryError(expiry: Expiry | undefined, now: Date): FieldErrors {
  if (!expiry || expiry.expMonth < 1 || expiry.expMonth > 12) {
    return { cardExpiry: 'Your card’s expiration date is incomplete: enter it as MM / YY.' };
  }
  // A card is good to the end of its month.
  const isPast = Date.UTC(expiry.expYear, expiry.expMonth) <= now.getTime();
  return isPast ? { cardExpiry: 'Your card’s expiration date is in the past.' } : {};
}

function cvcError(cvc: string, { brand }: TestCard): FieldErrors {
  const digits = brand === 'amex' ? 4 : 3;
  if (new RegExp(`^\\d{${digits}}$`).test(cvc)) return {};
  return { cardCvc: `Your card’s security code is incomplete: it has ${digits} digits.` };
}
