import type { Payment } from '../ledger/payments';
import { readPayments } from './payments';
import type { Queryable } from './queryable';

export interface UserPayment {
  readonly payment: Payment;
  readonly createdAt: Date;
}

/** The last payments of a user with what came back of them, the newest first. */
export async function readPaymentsOfUser(
  client: Queryable,
  userId: string,
  limit: number,
): Promise<UserPayment[]> {
  const { rows } = await client.query<{ payment_id: string; created_at: Date }>(
    `select payment_id, created_at from payments where user_id = $1
      order by created_at desc, payment_id desc limit $2`,
    [userId, limit],
  );
  const payments = await readPayments(
    client,
    rows.map(({ payment_id: id }) => id),
  );
  return rows.flatMap(({ payment_id: id, created_at: createdAt }) => {
    const payment = payments.get(id);
    return payment === undefined ? [] : [{ payment, createdAt }];
  });
}
