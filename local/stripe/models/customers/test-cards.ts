/**
 * Stripe's test cards and what becomes of a payment with them.
 * Source: https://docs.stripe.com/testing and https://docs.stripe.com/declines/codes
 */

/** Why the issuer says no. */
export interface Decline {
  readonly code: string;
  readonly declineCode: string;
  /** What the buyer is shown. */
  readonly message: string;
  readonly sellerMessage: string;
}

export interface TestCard {
  readonly number: string;
  readonly brand: 'amex' | 'mastercard' | 'visa';
  readonly funding: 'credit' | 'debit';
  /** Null: the payment succeeds. */
  readonly decline: Decline | null;
  /** The issuer wants to see the buyer first (3D Secure). */
  readonly asksForAuthentication?: boolean;
  /** What the buyer's bank opens as soon as the card is charged. */
  readonly dispute?: 'fraudulent' | 'inquiry' | 'product_not_received';
  /** `pending`: a refund waits and then succeeds. `fails`: it succeeds first and then fails. */
  readonly refunds?: 'fails' | 'pending';
}

const sellerMessage = 'The bank did not return any further details with this decline.';

function declined(
  declineCode: string,
  message = 'Your card was declined.',
  code = 'card_declined',
) {
  return { code, declineCode, message, sellerMessage } satisfies Decline;
}

function card(
  number: string,
  brand: TestCard['brand'],
  decline: Decline | null = null,
  funding: TestCard['funding'] = 'credit',
): TestCard {
  return { number, brand, funding, decline };
}

/** A card that pays, with something to follow. */
function payingCard(
  number: string,
  then: Pick<TestCard, 'asksForAuthentication' | 'dispute' | 'refunds'>,
): TestCard {
  return { ...card(number, 'visa'), ...then };
}

const visa = card('4242424242424242', 'visa');
const visaDebit = card('4000056655665556', 'visa', null, 'debit');
const mastercard = card('5555555555554444', 'mastercard');
const amex = card('378282246310005', 'amex');
const genericDecline = card('4000000000000002', 'visa', declined('generic_decline'));
const insufficientFunds = card(
  '4000000000009995',
  'visa',
  declined('insufficient_funds', 'Your card has insufficient funds.'),
);
/** It can be kept for a customer, and fails when it is charged. */
const chargeCustomerFail = card('4000000000000341', 'visa', declined('generic_decline'));
const lostCard = card('4000000000009987', 'visa', declined('lost_card'));
const expiredCard = card(
  '4000000000000069',
  'visa',
  declined('expired_card', 'Your card has expired.', 'expired_card'),
);
const incorrectCvc = card(
  '4000000000000127',
  'visa',
  declined('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc'),
);
const processingError = card(
  '4000000000000119',
  'visa',
  declined(
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
    'processing_error',
  ),
);

const pendingRefund = payingCard('4000000000007726', { refunds: 'pending' });
const failingRefund = payingCard('4000000000005126', { refunds: 'fails' });
const fraudulent = payingCard('4000000000000259', { dispute: 'fraudulent' });
const notReceived = payingCard('4000000000002685', { dispute: 'product_not_received' });
const inquiry = payingCard('4000000000001976', { dispute: 'inquiry' });

const authenticated = payingCard('4000002500003155', { asksForAuthentication: true });
const alwaysAuthenticated = payingCard('4000002760003184', { asksForAuthentication: true });
const authenticatedInVain: TestCard = {
  ...card(
    '4000008260003178',
    'visa',
    declined('insufficient_funds', 'Your card has insufficient funds.'),
  ),
  asksForAuthentication: true,
};

const cards: readonly TestCard[] = [
  visa,
  visaDebit,
  mastercard,
  amex,
  genericDecline,
  insufficientFunds,
  chargeCustomerFail,
  lostCard,
  expiredCard,
  incorrectCvc,
  processingError,
  pendingRefund,
  failingRefund,
  fraudulent,
  notReceived,
  inquiry,
  authenticated,
  alwaysAuthenticated,
  authenticatedInVain,
];

/** The names that Stripe gives test cards, as `tok_…` and as `pm_card_…`. */
const named: Readonly<Record<string, TestCard>> = {
  tok_visa: visa,
  tok_visa_debit: visaDebit,
  tok_mastercard: mastercard,
  tok_amex: amex,
  tok_chargeDeclined: genericDecline,
  tok_chargeDeclinedInsufficientFunds: insufficientFunds,
  tok_chargeDeclinedExpiredCard: expiredCard,
  tok_chargeDeclinedIncorrectCvc: incorrectCvc,
  tok_chargeDeclinedProcessingError: processingError,
  tok_pendingRefund: pendingRefund,
  tok_refundFail: failingRefund,
  tok_createDispute: fraudulent,
  tok_createDisputeProductNotReceived: notReceived,
  tok_createDisputeInquiry: inquiry,
  tok_chargeCustomerFail: chargeCustomerFail,
  pm_card_chargeCustomerFail: chargeCustomerFail,
  pm_card_visa: visa,
  pm_card_visa_debit: visaDebit,
  pm_card_mastercard: mastercard,
  pm_card_amex: amex,
  pm_card_chargeDeclined: genericDecline,
  pm_card_visa_chargeDeclined: genericDecline,
  pm_card_chargeDeclinedInsufficientFunds: insufficientFunds,
  pm_card_visa_chargeDeclinedInsufficientFunds: insufficientFunds,
  pm_card_visa_chargeDeclinedLostCard: lostCard,
  pm_card_chargeDeclinedExpiredCard: expiredCard,
  pm_card_chargeDeclinedIncorrectCvc: incorrectCvc,
  pm_card_chargeDeclinedProcessingError: processingError,
  pm_card_pendingRefund: pendingRefund,
  pm_card_refundFail: failingRefund,
  pm_card_createDispute: fraudulent,
  pm_card_createDisputeProductNotReceived: notReceived,
  pm_card_createDisputeInquiry: inquiry,
  pm_card_authenticationRequired: alwaysAuthenticated,
  pm_card_authenticationRequiredOnSetup: authenticated,
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: authenticatedInVain,
};

export function cardNamed(name: string): TestCard | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

/**
 * The card with this number. A number that is none of Stripe's test cards is declined, as the
 * original declines it in test mode.
 */
export function cardNumbered(number: string): TestCard {
  const decline: Decline = {
    ...declined(
      'test_mode_live_card',
      'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://docs.stripe.com/testing.',
    ),
    sellerMessage:
      'This charge request was in test mode, but did not use a Stripe test card number.',
  };
  return cards.find((known) => known.number === number) ?? card(number, brandOf(number), decline);
}

function brandOf(number: string): TestCard['brand'] {
  if (/^3[47]/.test(number)) return 'amex';
  return /^(5[1-5]|2[2-7])/.test(number) ? 'mastercard' : 'visa';
}

/** The check digit of ISO/IEC 7812-1, which catches a mistyped digit. */
export function hasValidCheckDigit(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return /^\d{12,19}$/.test(number) && sum % 10 === 0;
}
