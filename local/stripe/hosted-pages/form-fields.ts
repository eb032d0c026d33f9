import type { FieldErrors, FieldName, FieldValues } from './card-form';
import { type Html, html } from './html';

/** What was filled in, and what is wrong with it. */
interface Filled {
  readonly values?: FieldValues;
  readonly errors?: FieldErrors;
}

interface Field {
  readonly name: FieldName;
  readonly label: string;
  readonly autocomplete: string;
  readonly placeholder?: string;
  readonly inputmode?: string;
  readonly maxLength: number;
  readonly isRequired: boolean;
}

export const fields = {
  email: {
    name: 'email',
    label: 'Email',
    autocomplete: 'email',
    placeholder: 'you@example.com',
    inputmode: 'email',
    maxLength: 512,
    isRequired: true,
  },
  number: {
    name: 'cardNumber',
    label: 'Card number',
    autocomplete: 'cc-number',
    placeholder: '1234 1234 1234 1234',
    inputmode: 'numeric',
    maxLength: 30,
    isRequired: true,
  },
  expiry: {
    name: 'cardExpiry',
    label: 'Expiry',
    autocomplete: 'cc-exp',
    placeholder: 'MM / YY',
    inputmode: 'numeric',
    maxLength: 9,
    isRequired: true,
  },
  cvc: {
    name: 'cardCvc',
    label: 'CVC',
    autocomplete: 'cc-csc',
    placeholder: 'CVC',
    inputmode: 'numeric',
    maxLength: 4,
    isRequired: true,
  },
  name: {
    name: 'billingName',
    label: 'Name on card',
    autocomplete: 'cc-name',
    placeholder: 'Full name',
    maxLength: 200,
    isRequired: false,
  },
  holder: {
    name: 'billingName',
    label: 'Account holder',
    autocomplete: 'name',
    placeholder: 'Full name',
    maxLength: 200,
    isRequired: true,
  },
  routing: {
    name: 'routingNumber',
    label: 'Routing number',
    autocomplete: 'off',
    placeholder: '110000000',
    inputmode: 'numeric',
    maxLength: 9,
    isRequired: true,
  },
  account: {
    name: 'accountNumber',
    label: 'Account number',
    autocomplete: 'off',
    placeholder: '000123456789',
    inputmode: 'numeric',
    maxLength: 17,
    isRequired: true,
  },
  iban: {
    name: 'iban',
    label: 'IBAN',
    autocomplete: 'off',
    placeholder: 'AT61 1904 3002 3457 3201',
    maxLength: 42,
    isRequired: true,
  },
} as const satisfies Readonly<Record<string, Field>>;

export function fieldOf(field: Field, { values, errors }: Filled): Html {
  const {
    name,
    label,
    autocomplete,
    placeholder = '',
    inputmode = 'text',
    maxLength,
    isRequired,
  } = field;
  const error = errors?.[name];
  // What was typed stays, card and all: Stripe's own page never loses it, and these are test numbers.
  const value = values?.[name] ?? '';
  const state = error ? html` aria-invalid="true" aria-describedby="${name}-error"` : null;
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${inputmode === 'email' ? 'email' : 'text'}" value="${value}" autocomplete="${autocomplete}" placeholder="${placeholder}" inputmode="${inputmode}" maxlength="${maxLength}"${isRequired ? html` required` : null}${state}>${
    error ? html`<p class="error" id="${name}-error" role="alert">${error}</p>` : null
  }</div>`;
}
