import { addressShape, completeAddress } from '../../parameters/addresses';
import { email, nested, type Parsed, text, unsettable } from '../../parameters/params';
import type { Scope } from '../../state/account';
import { newId, randomCharacters } from '../../state/ids';
import type { PaymentMethod } from '../../state/stored';
import type { Kind, Row } from '../../state/tables';
import {
  accountDetails,
  answersAfterSeconds,
  type BankAccount,
  failureOf,
} from './test-bank-accounts';
import { cardNamed, cardNumbered, type Decline, type TestCard } from './test-cards';

export const paymentMethodKind: Kind<PaymentMethod> = {
  name: 'payment_method',
  noun: 'PaymentMethod',
  param: 'payment_method',
  references: { customer: 'customer' },
};

/** The number decides what becomes of a payment; like the original, no answer ever shows it. */
interface SecretNumber extends Row {
  /** The card's, or the account's. */
  readonly number: string;
}

const numberKind: Kind<SecretNumber> = { name: 'payment_method_card_number' };

export const billingShape = {
  address: unsettable(nested(addressShape)),
  email: unsettable(email()),
  name: unsettable(text()),
  phone: unsettable(text()),
};

export interface CardDetails {
  readonly card: TestCard;
  readonly expMonth: number;
  readonly expYear: number;
  readonly billing?: Parsed<typeof billingShape> | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function createCardPaymentMethod(scope: Scope, details: CardDetails): PaymentMethod {
  const { card, billing = {} } = details;
  return store(scope, card.number, billing, {
    metadata: { ...details.metadata },
    type: 'card',
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: details.expMonth,
      exp_year: details.expYear,
      fingerprint: randomCharacters(16),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  });
}

/** An account that is debited instead of a card. */
export function createBankPaymentMethod(
  scope: Scope,
  account: BankAccount,
  billing: Parsed<typeof billingShape>,
): PaymentMethod {
  return store(scope, account.number, billing, {
    metadata: {},
    type: account.type,
    ...accountDetails(account, randomCharacters(16)),
  });
}

function store(
  { account }: Scope,
  number: string,
  billing: Parsed<typeof billingShape>,
  details: Pick<PaymentMethod, 'metadata' | 'type'> & Partial<PaymentMethod>,
): PaymentMethod {
  const id = newId('pm', '1', 24);
  account.tables.of(numberKind).put({ id, number });
  return account.tables.of(paymentMethodKind).put({
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: completeAddress(billing.address ?? {}),
      email: billing.email ?? null,
      name: billing.name ?? null,
      phone: billing.phone ?? null,
      tax_id: null,
    },
    created: account.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    ...details,
  });
}

/** The bank account behind a payment method will be debited in vain: why, or null. */
export function bankFailureOf({ account }: Scope, paymentMethodId: string): Decline | null {
  return failureOf(account.tables.of(numberKind).get(paymentMethodId).number);
}

/** After how many seconds the bank behind a payment method answers by itself; undefined: not at all. */
export function bankDelaySecondsOf(
  { account }: Scope,
  paymentMethodId: string,
): number | undefined {
  return answersAfterSeconds(account.tables.of(numberKind).get(paymentMethodId).number);
}

/** The test card behind a payment method. */
export function testCardOf({ account }: Scope, paymentMethodId: string): TestCard {
  return cardNumbered(account.tables.of(numberKind).get(paymentMethodId).number);
}

/** The payment method that a parameter names: an id, or a test card such as `pm_card_visa`. */
export function referencedPaymentMethod(scope: Scope, param: string, id: string): PaymentMethod {
  const card = cardNamed(id);
  if (card && id.startsWith('pm_'))
    return createCardPaymentMethod(scope, withLastingExpiry(scope, card));
  return scope.account.tables.of(paymentMethodKind).referencedBy(param, id);
}

/** Stripe's named test cards never expire: they do so in the next year. */
export function withLastingExpiry({ account }: Scope, card: TestCard): CardDetails {
  const year = new Date(account.now() * 1000).getUTCFullYear();
  return { card, expMonth: 12, expYear: year + 1 };
}
