import { type Bookkeeper, decisionOf } from '../bookkeeping/bookkeeper';
import { type DecisionSources, workOf } from '../bookkeeping/handling-work';
import { type Effects, noEffects } from '../effects/effects';
import { Problem } from '../errors';
import { handlingOfObject } from '../handlers/objects';
import type { Paid, Payment } from '../ledger/payments';
import { grantedUnits, refundableMinor, unusedMinor } from '../ledger/refundable';
import { lockBalances } from '../store/balances';
import type { Database } from '../store/database';
import type { Transaction } from '../store/queryable';
import {
  deleteRefundRequest,
  findRefundRequest,
  insertRefundRequest,
  type RefundRequest,
  readUnansweredMinor,
  recordRefund,
} from '../store/refund-requests';
import { createRefund } from '../stripe/refunds';

interface RefundDependencies extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  readonly nowMillis: () => number;
}

export interface AskedRefund {
  /** A UUID, the same when the request is repeated. */
  readonly refundRequestId: string;
  readonly paymentId: string;
  /** In minor units of the payment's currency, all that is left, or what the user has not used. */
  readonly part: bigint | 'rest' | 'unused';
  readonly reason: string;
  readonly requestedBy: string;
}

/** Stripe may forget an idempotency key after 24 h: https://docs.stripe.com/api/idempotent_requests */
const keyLifeMillis = 23 * 60 * 60 * 1000;

/**
 * Refunds a payment at Stripe, and books it as the refund's event will: whoever comes first. How much
 * it is, is written down before Stripe is asked, so that a request which is repeated after an outage
 * refunds the same once. What the user spends between the two is owed: the balance becomes negative,
 * as with every refund.
 * @returns the request as it stands, with the id of its refund
 * @throws Problem `payment_not_found`, `refund_exceeds_payment`, `nothing_to_refund`,
 * `refund_rejected`, `stripe_…`, `row_locked`, `database_unavailable`
 */
export async function refundPayment(
  dependencies: RefundDependencies,
  asked: AskedRefund,
): Promise<RefundRequest & { readonly refundId: string }> {
  const { database, bookkeeper, nowMillis } = dependencies;
  const { refundRequestId } = asked;
  const request =
    (await findRefundRequest(database, refundRequestId)) ?? (await writeDown(dependencies, asked));
  if (request.refundId !== null) return { ...request, refundId: request.refundId };
  if (request.createdAt.getTime() < nowMillis() - keyLifeMillis) {
    throw new Problem(
      'refund_rejected',
      `the request was made at ${request.createdAt.toISOString()}, and Stripe never answered; see ` +
        'whether the payment was refunded, and ask under a new Idempotency-Key if not',
    );
  }
  const refund = await createRefund(dependencies.stripe, refundRequestId, {
    paymentId: request.paymentId,
    amountMinor: request.amountMinor,
    metadata: { tollgate_refund_request_id: refundRequestId },
  }).catch(async (error: unknown) => {
    const isRefused = error instanceof Problem && error.code === 'refund_rejected';
    if (isRefused) await deleteRefundRequest(database, refundRequestId);
    throw error;
  });
  const handling = handlingOfObject(refund);
  await database.transaction(async (transaction) => {
    await recordRefund(transaction, refundRequestId, refund.id);
    if (handling === undefined) return;
    const work = await workOf(handling, dependencies);
    decisionOf(await bookkeeper.bookOne(transaction, work));
  });
  return { ...request, refundId: refund.id };
}

/** Decides how much it is, under the locks of the payment and of what it granted. */
async function writeDown(
  { database, bookkeeper }: RefundDependencies,
  asked: AskedRefund,
): Promise<RefundRequest> {
  await database.transaction(async (transaction) => {
    const work = {
      factKeys: { paymentId: asked.paymentId },
      decide: async ({ payment }: { readonly payment: Payment | undefined }): Promise<Effects> => {
        const paid = payment?.paid;
        if (payment === undefined || paid === undefined) {
          throw new Problem('payment_not_found', `no payment ${asked.paymentId} is booked`);
        }
        const { refundRequestId, paymentId, reason, requestedBy } = asked;
        const amountMinor = await amountOf(transaction, asked, payment, paid);
        await insertRefundRequest(transaction, {
          refundRequestId,
          paymentId,
          amountMinor,
          currency: paid.currency,
          reason,
          requestedBy,
        });
        return noEffects;
      },
    };
    decisionOf(await bookkeeper.bookOne(transaction, work));
  });
  const written = await findRefundRequest(database, asked.refundRequestId);
  if (written === undefined) throw new Error(`request ${asked.refundRequestId} was not written`);
  return written;
}

async function amountOf(
  transaction: Transaction,
  { part, paymentId }: AskedRefund,
  payment: Payment,
  paid: Paid,
): Promise<bigint> {
  const underWayMinor = await readUnansweredMinor(transaction, paymentId);
  const leftMinor = refundableMinor(payment, paid) - underWayMinor;
  const wantedMinor =
    typeof part === 'bigint'
      ? part
      : part === 'rest'
        ? leftMinor
        : (await unusedOf(transaction, payment, paid)) - underWayMinor;
  const detail =
    `${leftMinor} ${paid.currency} of payment ${paymentId} are left, in minor units` +
    (underWayMinor === 0n ? '' : `; ${underWayMinor} more are being refunded`);
  const members = { currency: paid.currency, refundableMinor: Number(leftMinor) };
  if (leftMinor <= 0n || wantedMinor <= 0n) {
    const used = leftMinor > 0n ? ', and the user has none of what they were paid for' : '';
    throw new Problem('nothing_to_refund', detail + used, { members });
  }
  if (wantedMinor <= leftMinor) return wantedMinor;
  throw new Problem('refund_exceeds_payment', `${wantedMinor} were asked for; ${detail}`, {
    members,
  });
}

async function unusedOf(transaction: Transaction, payment: Payment, paid: Paid): Promise<bigint> {
  const { userId } = paid;
  const units = grantedUnits(payment, paid).map((unit) => ({ userId, unit }));
  const balanceOf = await lockBalances(transaction, units);
  return unusedMinor(payment, paid, (unit) => balanceOf(userId, unit));
}
