import fc from 'fast-check';

/** What happens to a payment after it was made, as Stripe and its buyer go about it. */
export type Step =
  | { readonly kind: 'refund'; readonly share: number; readonly delayed: boolean }
  | { readonly kind: 'refund_fails'; readonly which: number }
  | { readonly kind: 'refund_settles'; readonly which: number }
  | { readonly kind: 'inquiry'; readonly share: number }
  | { readonly kind: 'chargeback'; readonly share: number; readonly fundsLater: boolean }
  | { readonly kind: 'escalate' | 'respond' | 'win' | 'lose' | 'appeal'; readonly which: number };

interface RefundObject {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly payment_intent: string;
  readonly charge: string;
}

interface DisputeObject {
  readonly id: string;
  readonly object: 'dispute';
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly balance_transactions: readonly { readonly amount: number }[];
  readonly payment_intent: string;
  readonly charge: string;
}

/** An event's type and its object as it was then. */
export interface Told {
  readonly type: string;
  readonly object: object;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const which = fc.nat({ max: 3 });

/** Any course of refunds and disputes; what cannot happen at its time is left out by the history. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('refund' as const), share, delayed: fc.boolean() }),
    fc.record({ kind: fc.constant('refund_fails' as const), which }),
    fc.record({ kind: fc.constant('refund_settles' as const), which }),
    fc.record({ kind: fc.constant('inquiry' as const), share }),
    fc.record({ kind: fc.constant('chargeback' as const), share, fundsLater: fc.boolean() }),
    fc.record({
      kind: fc.constantFrom('escalate', 'respond', 'win', 'lose', 'appeal'),
      which,
    }),
  ),
  { maxLength: 8 },
);

/**
 * Plays Stripe's part: keeps the payment's objects, and tells of each change as Stripe does, several
 * events for some.
 */
export class PaymentHistory {
  readonly told: Told[] = [];
  private readonly refunds = new Map<string, RefundObject>();
  private readonly disputes = new Map<string, DisputeObject>();

  constructor(
    private readonly paymentIntentId: string,
    private readonly amount: number,
    private readonly currency: string,
  ) {}

  play(course: readonly Step[]): this {
    for (const step of course) this.take(step);
    return this;
  }

  /** What of the payment is not the seller's any more, from the final objects alone. */
  get takenBackMinor(): bigint {
    const withheld = [...this.disputes.values()]
      .flatMap((dispute) => dispute.balance_transactions)
      .reduce((sum, { amount }) => sum - amount, 0);
    return BigInt(Math.min(this.amount, this.amountRefunded + withheld));
  }

  private get amountRefunded(): number {
    return [...this.refunds.values()]
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  private take(step: Step): void {
    if (step.kind === 'refund') this.refund(step);
    else if (step.kind === 'refund_fails') this.endRefund(step.which, 'failed');
    else if (step.kind === 'refund_settles') this.endRefund(step.which, 'succeeded');
    else if (step.kind === 'inquiry' || step.kind === 'chargeback') this.openDispute(step);
    else this.moveDispute(step);
  }

  private refund({ share: part, delayed }: Extract<Step, { kind: 'refund' }>): void {
    const amount = Math.ceil((this.amount - this.amountRefunded) * part);
    if (amount === 0) return;
    const id = `re_${this.refunds.size}_${this.paymentIntentId}`;
    const status = delayed ? 'pending' : 'succeeded';
    const refund = { id, object: 'refund' as const, amount, status, ...this.reference };
    this.refunds.set(id, refund);
    this.tell('refund.created', refund);
    this.tell('charge.refunded', this.charge());
  }

  private endRefund(index: number, status: 'failed' | 'succeeded'): void {
    const refund = [...this.refunds.values()][index];
    if (refund === undefined || refund.status === 'failed' || refund.status === status) return;
    const ended = { ...refund, status };
    this.refunds.set(refund.id, ended);
    this.tell('refund.updated', ended);
    this.tell('charge.refund.updated', ended);
    if (status === 'failed') this.tell('refund.failed', ended);
  }

  private openDispute(step: Extract<Step, { kind: 'inquiry' | 'chargeback' }>): void {
    const amount = Math.ceil(this.amount * step.share);
    if (amount === 0 || this.disputes.size >= 2) return;
    const id = `du_${this.disputes.size}_${this.paymentIntentId}`;
    const opened: DisputeObject = {
      id,
      object: 'dispute',
      amount,
      status: step.kind === 'inquiry' ? 'warning_needs_response' : 'needs_response',
      balance_transactions: [],
      ...this.reference,
    };
    if (step.kind === 'inquiry') {
      this.change('charge.dispute.created', opened);
      return;
    }
    const withdrawn = { ...opened, balance_transactions: [{ amount: -amount }] };
    this.change('charge.dispute.created', step.fundsLater ? opened : withdrawn);
    this.change('charge.dispute.funds_withdrawn', withdrawn);
  }

  private moveDispute({ kind, which: index }: { readonly kind: string; which: number }): void {
    const dispute = [...this.disputes.values()][index];
    if (dispute === undefined) return;
    const { status, amount } = dispute;
    const to = (next: string, more: Partial<DisputeObject> = {}) => ({
      ...dispute,
      status: next,
      ...more,
    });
    const isInquiry = status.startsWith('warning_') && status !== 'warning_closed';
    const isOpen = /^(needs_response|under_review|appeal_.*)$/.test(status);
    if (kind === 'respond' && status === 'warning_needs_response') {
      this.change('charge.dispute.updated', to('warning_under_review'));
    } else if (kind === 'respond' && status === 'needs_response') {
      this.change('charge.dispute.updated', to('under_review'));
    } else if (kind === 'escalate' && isInquiry) {
      const withdrawn = to('needs_response', { balance_transactions: [{ amount: -amount }] });
      this.change('charge.dispute.updated', withdrawn);
      this.change('charge.dispute.funds_withdrawn', withdrawn);
    } else if (kind === 'lose' && isInquiry) {
      this.change('charge.dispute.closed', to('warning_closed'));
    } else if (kind === 'lose' && isOpen) {
      this.change('charge.dispute.closed', to('lost'));
    } else if (kind === 'appeal' && status === 'lost') {
      this.change('charge.dispute.updated', to('appeal_needs_response'));
    } else if (kind === 'win' && isOpen) {
      this.change('charge.dispute.closed', to('won'));
      const movements = [...dispute.balance_transactions, { amount }];
      this.change(
        'charge.dispute.funds_reinstated',
        to('won', { balance_transactions: movements }),
      );
    }
  }

  private change(type: string, dispute: DisputeObject): void {
    this.disputes.set(dispute.id, dispute);
    this.tell(type, dispute);
  }

  private charge(): object {
    return {
      id: `ch_${this.paymentIntentId}`,
      object: 'charge',
      amount: this.amount,
      amount_refunded: this.amountRefunded,
      currency: this.currency,
      payment_intent: this.paymentIntentId,
    };
  }

  private get reference() {
    return {
      currency: this.currency,
      payment_intent: this.paymentIntentId,
      charge: `ch_${this.paymentIntentId}`,
    };
  }

  private tell(type: string, object: object): void {
    this.told.push({ type, object });
  }
}
