import type { Decision } from '../handlers/decision';
import type { Queryable } from './database';

/**
 * Applies decisions, all of them in one statement: transfers, the balances that they change, the
 * state of checkouts, and the messages to publish. Balances are locked in the order of their
 * accounts, so that two transactions take turns. A message is given its place in the outbox after
 * that, so that the messages of one user stand in the order in which their balance changed.
 * @throws on a transfer or a message whose key exists: the facts should have said so
 */
export async function applyDecisions(
  client: Queryable,
  decisions: readonly Decision[],
): Promise<void> {
  const transfers = decisions.flatMap((decision) => decision.transfers);
  const checkouts = decisions.flatMap((decision) => decision.checkouts);
  const messages = decisions.flatMap((decision) => decision.messages);
  if (transfers.length + checkouts.length + messages.length === 0) return;

  await client.query(
    `with posted as (
       insert into transfers
         (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
       select t."idempotencyKey", t."debitAccount", t."creditAccount", t.unit, t."amountMinor",
              t.reason
         from json_to_recordset($1) as t(
           "idempotencyKey" text, "debitAccount" text, "creditAccount" text, unit text,
           "amountMinor" bigint, reason text)
       returning debit_account, credit_account, unit, amount_minor
     ), balanced as (
       insert into balances as b (account, unit, amount_minor)
       select account, unit, sum(change)::bigint
         from (select credit_account as account, unit, amount_minor as change from posted
               union all
               select debit_account, unit, -amount_minor from posted) as changes
        where account like 'user:%'
        group by account, unit
        order by account, unit
       on conflict (account, unit)
         do update set amount_minor = b.amount_minor + excluded.amount_minor
       returning account
     ), changed as (
       update checkouts c
          set session_id = n."sessionId", status = n.status, payment_status = n."paymentStatus",
              payment_intent_id = coalesce(n."paymentIntentId", c.payment_intent_id),
              updated_at = now()
         from json_to_recordset($2) as n(
           "checkoutId" uuid, "sessionId" text, status text, "paymentStatus" text,
           "paymentIntentId" text)
        where c.checkout_id = n."checkoutId"
     )
     insert into outbox (message_key, type, user_id, data)
     select m.key, m.type, m."userId", m.data
       from rows from (json_to_recordset($3) as (
         key text, type text, "userId" text, data jsonb)) with ordinality as m(
         key, type, "userId", data, place)
      where (select count(*) from balanced) >= 0 -- runs the balances first, whatever their number
      order by m.place`,
    [toJson(transfers), toJson(checkouts), toJson(messages)],
  );
}

/** JSON has no bigint: amounts go as decimal strings, which PostgreSQL reads as what they are. */
function toJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
