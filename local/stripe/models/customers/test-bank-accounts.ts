import type { PaymentMethod } from '../../state/stored';
import type { Decline } from './test-cards';

/**
 * Accounts that are debited over days: the payment is `processing` until the bank answers. Source:
 * https://docs.stripe.com/payments/ach-direct-debit and https://docs.stripe.com/payments/sepa-debit
 */
export type BankDebit = 'sepa_debit' | 'us_bank_account';

/** The one currency in which each can be charged. */
export const debitCurrency = { sepa_debit: 'eur', us_bank_account: 'usd' } as const;

export function isBankDebit(type: string): type is BankDebit {
  return Object.hasOwn(debitCurrency, type);
}

const insufficientFunds: Decline = {
  code: 'insufficient_funds',
  declineCode: 'insufficient_funds',
  message: "The customer's account has insufficient funds to cover this payment.",
  sellerMessage: 'The bank could not debit the account: insufficient funds.',
};

const debitNotAuthorized: Decline = {
  code: 'debit_not_authorized',
  declineCode: 'debit_not_authorized',
  message: 'The customer has notified their bank that this payment was unauthorized.',
  sellerMessage: 'The bank returned the debit: not authorized.',
};

/** Stripe's test accounts that fail in the end; every other account pays. https://docs.stripe.com/testing#sepa-direct-debit */
const failing: Readonly<Record<string, Decline>> = {
  '000222222227': insufficientFunds,
  '000333333335': debitNotAuthorized,
  AT861904300235473202: insufficientFunds,
  AT051904300235473205: insufficientFunds,
  AT981904300002222227: insufficientFunds,
};

/** Those whose bank answers by itself, after these seconds: as Stripe has it, after three minutes. */
const delaySeconds: Readonly<Record<string, number>> = {
  AT321904300235473204: 180,
  AT051904300235473205: 180,
};

/** After how many seconds this account's bank answers by itself; undefined when a control says so. */
export function answersAfterSeconds(accountNumber: string): number | undefined {
  return Object.hasOwn(delaySeconds, accountNumber) ? delaySeconds[accountNumber] : undefined;
}

/** Test accounts that pay. */
export const goodAccount = {
  sepa_debit: { number: 'AT611904300234573201' },
  us_bank_account: { number: '000123456789', routing: '110000000' },
} as const;

/** Why the bank will say no to this account in the end; null when it will pay. */
export function failureOf(accountNumber: string): Decline | null {
  return Object.hasOwn(failing, accountNumber) ? (failing[accountNumber] ?? null) : null;
}

/** What a bank says when nothing else is known. */
export const defaultFailure = insufficientFunds;

export interface BankAccount {
  readonly type: BankDebit;
  /** An account number, or an IBAN without spaces. */
  readonly number: string;
  /** Nine digits; empty for an IBAN. */
  readonly routing: string;
}

/** The account as a payment method shows it. */
export function accountDetails(
  { type, number, routing }: BankAccount,
  fingerprint: string,
): Pick<PaymentMethod, 'sepa_debit' | 'us_bank_account'> {
  const last4 = number.slice(-4);
  if (type === 'sepa_debit') {
    return {
      sepa_debit: {
        bank_code: number.slice(4, 9),
        branch_code: '',
        country: number.slice(0, 2),
        fingerprint,
        generated_from: { charge: null, setup_attempt: null },
        last4,
      },
    };
  }
  return {
    us_bank_account: {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      financial_connections_account: null,
      fingerprint,
      last4,
      networks: { preferred: 'ach', supported: ['ach'] },
      routing_number: routing,
      status_details: {},
    },
  };
}
