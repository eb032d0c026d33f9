import fc from 'fast-check';

/** What happens to a payment after it was made, as Stripe and its buyer go about it. */
export type Step =
  | { readonly kind: 'refund'; readonly share: number; readonly delayed: boolean }
  | { readonly kind: 'refund_fails'; readonly which: number }
  | { readonly kind: 'refund_settles'; readonly which: number }
  | { readonly kind: 'inquiry'; readonly share: number }
  | {
      readonly kind: 'chargeback';
      readonly share: number;
      readonly fundsLater: boolean;
      /** The dispute names the buyer's currency, and its balance transactions the settlement's. */
      readonly abroad?: boolean;
    }
  /** Lost, and a share of what was taken comes back; of a share of 0 the fee alone. */
  | { readonly kind: 'win_partly'; readonly which: number; readonly share: number }
  | { readonly kind: 'escalate' | 'respond' | 'win' | 'lose' | 'appeal'; readonly which: number };

type DisputeMove = 'escalate' | 'respond' | 'win' | 'win_partly' | 'lose' | 'appeal';

interface RefundObject {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly payment_intent: string;
  readonly charge: string;
}

interface Movement {
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
}

interface DisputeObject {
  readonly id: string;
  readonly object: 'dispute';
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly balance_transactions: readonly Movement[];
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
    fc.record({
      kind: fc.constant('chargeback' as const),
      share,
      fundsLater: fc.boolean(),
      abroad: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('win_partly' as const), which, share }),
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
      ...(step.kind === 'chargeback' && step.abroad
        ? { currency: 'eur', amount: Math.ceil(amount * 0.93) }
        : {}),
    };
    if (step.kind === 'inquiry') {
      this.change('charge.dispute.created', opened);
      return;
    }
    const withdrawn = { ...opened, balance_transactions: [this.movement(-amount)] };
    this.change('charge.dispute.created', step.fundsLater ? opened : withdrawn);
    this.change('charge.dispute.funds_withdrawn', withdrawn);
  }

  private moveDispute(step: Extract<Step, { kind: DisputeMove }>): void {
    const { kind, which: index } = step;
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
      const withdrawn = to('needs_response', {
        balance_transactions: [this.movement(-amount)],
      });
      this.change('charge.dispute.updated', withdrawn);
      this.change('charge.dispute.funds_withdrawn', withdrawn);
    } else if (kind === 'lose' && isInquiry) {
      this.change('charge.dispute.closed', to('warning_closed'));
    } else if (kind === 'lose' && isOpen) {
      this.change('charge.dispute.closed', to('lost'));
    } else if (kind === 'appeal' && status === 'lost') {
      this.change('charge.dispute.updated', to('appeal_needs_response'));
    } else if (step.kind === 'win_partly' && isOpen) {
      this.change('charge.dispute.closed', to('lost'));
      const movements = this.reinstated(dispute, step.share);
      this.change(
        'charge.dispute.funds_reinstated',
        to('lost', { balance_transactions: movements }),
      );
    } else if (kind === 'win' && isOpen) {
      this.change('charge.dispute.closed', to('won'));
      const movements = this.reinstated(dispute, 1);
      this.change(
        'charge.dispute.funds_reinstated',
        to('won', { balance_transactions: movements }),
      );
    }
  }

  /** The movements with one that gives back a share of what is withheld. */
  private reinstated({ balance_transactions: before }: DisputeObject, part: number): Movement[] {
    const withheld = before.reduce((sum, { amount }) => sum - amount, 0);
    return [...before, { ...this.movement(Math.floor(withheld * part)), fee: -1500 }];
  }

  private movement(amount: number): Movement {
    return { amount, fee: amount < 0 ? 1500 : 0, currency: this.currency };
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
