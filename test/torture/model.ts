/** A payment as its buyer and Stripe know it: nothing of it is what the service says. */
interface PaidFor {
  readonly unit: string;
  readonly paidMinor: number;
  readonly grantedMinor: number;
  /** What was refunded, or stands taken by a dispute. */
  takenBackMinor: number;
}

/** What one user should have, kept in the simplest way there is. */
export class Wallet {
  readonly paidSessions = new Set<string>();
  readonly unpaidSessions = new Set<string>();
  private readonly payments: PaidFor[] = [];
  private readonly debits: { readonly unit: string; amountMinor: number }[] = [];

  constructor(readonly userId: string) {}

  /** @returns the payment, so that what is taken back can be told */
  pay(unit: string, paidMinor: number, grantedMinor: number): PaidFor {
    const payment = { unit, paidMinor, grantedMinor, takenBackMinor: 0 };
    this.payments.push(payment);
    return payment;
  }

  /** @returns the debit, so that what a hold gives back can be told */
  debit(unit: string, amountMinor: number): { amountMinor: number } {
    const debit = { unit, amountMinor };
    this.debits.push(debit);
    return debit;
  }

  /** Of what was granted, the share that was taken back goes, rounded for the user. */
  balanceMinor(unit: string): number {
    const granted = this.payments
      .filter((each) => each.unit === unit)
      .reduce(
        (sum, { grantedMinor, paidMinor, takenBackMinor }) =>
          sum + grantedMinor - Math.floor((grantedMinor * takenBackMinor) / paidMinor),
        0,
      );
    const debited = this.debits
      .filter((each) => each.unit === unit)
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    return granted - debited;
  }
}

export type { PaidFor };
