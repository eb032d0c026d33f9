import { type Paid, type Payment, reversedTargetMinor } from './payments';

/** How much of a payment could still go back, in minor units of its currency. */
export function refundableMinor(payment: Payment, paid: Paid): bigint {
  return paid.amountMinor - reversedTargetMinor(payment, paid);
}

/** The units of what a payment granted its user, each once. */
export function grantedUnits(payment: Payment, paid: Paid): string[] {
  return [...new Set(grantsOf(payment, paid).map(({ transfer }) => transfer.unit))];
}

/**
 * What a user has not used yet of what a payment granted, as a part of what was paid. Balances do not
 * tell which payment they came from: what is there counts as of this payment, as far as it granted
 * it. Rounded down, so that no more goes back than was left.
 * @param balanceOf what the user has of a unit, locked
 * @returns in minor units of the payment's currency; 0n for what granted nothing
 */
export function unusedMinor(
  payment: Payment,
  paid: Paid,
  balanceOf: (unit: string) => bigint,
): bigint {
  const parts = grantsOf(payment, paid).map(({ transfer, reversedMinor }) => {
    const standing = transfer.amountMinor - reversedMinor;
    const there = balanceOf(transfer.unit);
    const unused = there < standing ? there : standing;
    return unused <= 0n ? 0n : (paid.amountMinor * unused) / transfer.amountMinor;
  });
  const least = parts.reduce((low, part) => (part < low ? part : low), parts[0] ?? 0n);
  const refundable = refundableMinor(payment, paid);
  return least < refundable ? least : refundable;
}

function grantsOf({ grants }: Payment, { userId }: Paid) {
  return grants.filter(({ transfer }) => transfer.creditAccount === `user:${userId}`);
}
