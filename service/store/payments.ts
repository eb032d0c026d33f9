import type { Dispute, Grant, MovedFunds, Payment, Refund } from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';

interface PaymentRow {
  payment_id: string;
  user_id: string | null;
  amount_minor: bigint | null;
  currency: string | null;
  charge_refunded_minor: bigint | null;
  /** As JSON, in which amounts are decimal strings: a JSON number would be rounded. */
  refunds: readonly WithText<Refund, 'amountMinor'>[];
  disputes: readonly (Omit<WithText<Dispute, 'amountMinor'>, 'moved'> & {
    readonly moved: WithText<MovedFunds, 'withdrawnMinor' | 'reinstatedMinor'> | null;
  })[];
  grants: readonly {
    readonly transfer: WithText<Transfer, 'amountMinor'>;
    readonly reversedMinor: string;
    readonly corrections: number;
  }[];
}

type WithText<Type, Name extends keyof Type> = Omit<Type, Name> & {
  readonly [key in Name]: string;
};

/**
 * Beside each transfer `t`, as `c`: how much of it stands reversed, and by how many transfers.
 * @param ofSamePayment what finds these by an index
 */
export const withReversals = (ofSamePayment: string) =>
  `left join lateral (
     select count(*)::int as corrections,
            sum(case when x.debit_account = t.credit_account
                     then x.amount_minor else -x.amount_minor end) as reversed_minor
       from transfers x
      where ${ofSamePayment} and x.reverses = t.idempotency_key) as c on true`;

/** Looks for what is known first: of most payments, nothing is when their session is completed. */
export const readPaymentsFunction = storedFunction('read_payments', {
  parameters: 'p_payment_ids text[]',
  returns: `table (payment_id text, user_id text, amount_minor bigint, currency text,
    charge_refunded_minor bigint, refunds json, disputes json, grants json)`,
  body: `
    return query
    with known as (
      select payment_id from payments where payment_id = any(p_payment_ids)
       union
      select payment_id from refunds where payment_id = any(p_payment_ids)
       union
      select payment_id from disputes where payment_id = any(p_payment_ids)
       union
      select payment_id from transfers where payment_id = any(p_payment_ids)
    )
    select k.payment_id, p.user_id, p.amount_minor, p.currency, p.charge_refunded_minor,
           coalesce((select json_agg(json_build_object('refundId', r.refund_id,
               'amountMinor', r.amount_minor::text, 'currency', r.currency, 'status', r.status))
             from refunds r where r.payment_id = k.payment_id), '[]') as refunds,
           coalesce((select json_agg(json_build_object('disputeId', d.dispute_id,
               'amountMinor', d.amount_minor::text, 'currency', d.currency, 'status', d.status,
               'fundsMovements', d.funds_movements,
               'moved', case when d.moved_count = d.funds_movements then json_build_object(
                 'withdrawnMinor', d.withdrawn_minor::text,
                 'reinstatedMinor', d.reinstated_minor::text,
                 'currency', d.moved_currency) end))
             from disputes d where d.payment_id = k.payment_id), '[]') as disputes,
           coalesce((select json_agg(json_build_object(
               'transfer', json_build_object('idempotencyKey', t.idempotency_key,
                 'debitAccount', t.debit_account, 'creditAccount', t.credit_account,
                 'unit', t.unit, 'amountMinor', t.amount_minor::text, 'reason', t.reason,
                 'paymentId', t.payment_id, 'reverses', null),
               'reversedMinor', coalesce(c.reversed_minor, 0)::text,
               'corrections', coalesce(c.corrections, 0)) order by t.transfer_id)
             from transfers t ${withReversals('x.payment_id = t.payment_id')}
            where t.payment_id = k.payment_id and t.reverses is null), '[]') as grants
      from known k
      left join payments p on p.payment_id = k.payment_id;`,
});

/**
 * What is known of these payments, each an entry even when nothing is. What stands reversed of a
 * grant is the sum of the transfers that name it: the ledger is the only record of it.
 */
export async function readPayments(
  client: Queryable,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, Payment>> {
  if (paymentIds.length === 0) return new Map();
  const { rows } = await client.query<PaymentRow>(
    `select * from ${readPaymentsFunction.name}($1)`,
    [paymentIds],
  );
  const known = new Map(rows.map((row) => [row.payment_id, fromRow(row)]));
  return new Map(
    paymentIds.map((paymentId) => [paymentId, known.get(paymentId) ?? unknownPayment(paymentId)]),
  );
}

function unknownPayment(paymentId: string): Payment {
  return {
    paymentId,
    paid: undefined,
    chargeRefundedMinor: 0n,
    refunds: [],
    disputes: [],
    grants: [],
  };
}

function fromRow(row: PaymentRow): Payment {
  return {
    paymentId: row.payment_id,
    paid:
      row.user_id === null || row.amount_minor === null || row.currency === null
        ? undefined
        : { userId: row.user_id, amountMinor: row.amount_minor, currency: row.currency },
    chargeRefundedMinor: row.charge_refunded_minor ?? 0n,
    refunds: row.refunds.map((refund) => ({ ...refund, amountMinor: BigInt(refund.amountMinor) })),
    disputes: row.disputes.map((dispute) => ({
      ...dispute,
      amountMinor: BigInt(dispute.amountMinor),
      moved: dispute.moved === null ? undefined : movedOf(dispute.moved),
    })),
    grants: row.grants.map(
      ({ transfer, reversedMinor, corrections }): Grant => ({
        transfer: { ...transfer, amountMinor: BigInt(transfer.amountMinor) },
        reversedMinor: BigInt(reversedMinor),
        corrections,
      }),
    ),
  };
}

function movedOf(moved: WithText<MovedFunds, 'withdrawnMinor' | 'reinstatedMinor'>): MovedFunds {
  return {
    ...moved,
    withdrawnMinor: BigInt(moved.withdrawnMinor),
    reinstatedMinor: BigInt(moved.reinstatedMinor),
  };
}
