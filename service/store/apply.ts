import type { Effects, PaymentChange } from '../effects/effects';
import { insertLostCheckouts } from './checkouts';
import { recordCreditNotes } from './credit-notes';
import { recordCustomers } from './customers';
import { writeHolds } from './holds';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';
import { toJson } from './texts';

/**
 * Applies effects. Those of the usual kind go in one statement: transfers, the balances that they
 * change, the state of checkouts and payments, and the messages to publish. Balances are locked in
 * the order of their accounts, so that two transactions take turns. A message is given its place in
 * the outbox after that, so that the messages of one user stand in the order in which their balance
 * changed.
 * @throws on a transfer or a message whose key exists: the facts should have said so
 */
export async function applyEffects(client: Queryable, effects: readonly Effects[]): Promise<void> {
  const payments = effects.flatMap((each) => each.payments);
  // On one connection, in this order: a checkout that was lost is there before it changes.
  await Promise.all([
    insertLostCheckouts(
      client,
      effects.flatMap((each) => each.lostCheckouts),
    ),
    recordCustomers(
      client,
      effects.flatMap((each) => each.customers),
    ),
    applyEntries(client, effects, payments),
    applyReversalStates(client, payments),
    applySubscriptions(client, effects),
    recordCreditNotes(
      client,
      effects.flatMap((each) => each.creditNotes),
    ),
    writeHolds(
      client,
      effects.flatMap((each) => each.holds),
    ),
  ]);
}

export const applyEntriesFunction = storedFunction('apply_entries', {
  parameters: 'p_transfers json, p_checkouts json, p_messages json, p_payments json',
  returns: 'void',
  body: `
     with posted as (
       insert into transfers
         (idempotency_key, debit_account, credit_account, unit, amount_minor, reason, payment_id,
          reverses, description)
       select t."idempotencyKey", t."debitAccount", t."creditAccount", t.unit, t."amountMinor",
              t.reason, t."paymentId", t.reverses, t.description
         from json_to_recordset(p_transfers) as t(
           "idempotencyKey" text, "debitAccount" text, "creditAccount" text, unit text,
           "amountMinor" bigint, reason text, "paymentId" text, reverses text,
           description text)
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
              subscription_id = coalesce(n."subscriptionId", c.subscription_id),
              updated_at = now()
         from json_to_recordset(p_checkouts) as n(
           "checkoutId" uuid, "sessionId" text, status text, "paymentStatus" text,
           "paymentIntentId" text, "subscriptionId" text)
        where c.checkout_id = n."checkoutId"
     ), paid as (
       insert into payments as p
         (payment_id, user_id, amount_minor, currency, charge_refunded_minor)
       select n."paymentId", max(n.paid->>'userId'), max((n.paid->>'amountMinor')::bigint),
              max(n.paid->>'currency'), coalesce(max(n."chargeRefundedMinor"), 0)
         from json_to_recordset(p_payments) as n(
           "paymentId" text, paid json, "chargeRefundedMinor" bigint)
        group by n."paymentId"
       on conflict (payment_id) do update
         set user_id = coalesce(excluded.user_id, p.user_id),
             amount_minor = coalesce(excluded.amount_minor, p.amount_minor),
             currency = coalesce(excluded.currency, p.currency),
             charge_refunded_minor =
               greatest(excluded.charge_refunded_minor, p.charge_refunded_minor)
     )
     insert into outbox (message_key, type, user_id, data)
     select m.key, m.type, m."userId", m.data
       from rows from (json_to_recordset(p_messages) as (
         key text, type text, "userId" text, data jsonb)) with ordinality as m(
         key, type, "userId", data, place)
      where (select count(*) from balanced) >= 0 -- runs the balances first, whatever their number
      order by m.place;`,
});

async function applyEntries(
  client: Queryable,
  effects: readonly Effects[],
  payments: readonly PaymentChange[],
): Promise<void> {
  const transfers = effects.flatMap((each) => each.transfers);
  const checkouts = effects.flatMap((each) => each.checkouts);
  const messages = effects.flatMap((each) => each.messages);
  if (transfers.length + checkouts.length + messages.length + payments.length === 0) return;

  await client.query(`select ${applyEntriesFunction.name}($1, $2, $3, $4)`, [
    toJson(transfers),
    toJson(checkouts),
    toJson(messages),
    toJson(payments),
  ]);
}

/** The handlers let refunds and disputes move forward only; what they decided replaces the row. */
async function applyReversalStates(
  client: Queryable,
  payments: readonly PaymentChange[],
): Promise<void> {
  const refunds = payments.flatMap(({ paymentId, refund }) =>
    refund === undefined ? [] : [{ paymentId, ...refund }],
  );
  const disputes = payments.flatMap(({ paymentId, dispute }) =>
    dispute === undefined ? [] : [{ paymentId, ...dispute }],
  );
  const statements: Promise<unknown>[] = [];
  if (refunds.length > 0) {
    statements.push(
      client.query(
        `insert into refunds (refund_id, payment_id, amount_minor, currency, status)
         select r."refundId", r."paymentId", r."amountMinor", r.currency, r.status
           from json_to_recordset($1) as r("refundId" text, "paymentId" text,
             "amountMinor" bigint, currency text, status text)
         on conflict (refund_id) do update
           set status = excluded.status, amount_minor = excluded.amount_minor, updated_at = now()`,
        [toJson(refunds)],
      ),
    );
  }
  if (disputes.length > 0) {
    statements.push(
      client.query(
        `insert into disputes
           (dispute_id, payment_id, amount_minor, currency, status, funds_movements,
            withdrawn_minor, reinstated_minor, moved_currency, moved_count)
         select d."disputeId", d."paymentId", d."amountMinor", d.currency, d.status,
                d."fundsMovements", (d.moved->>'withdrawnMinor')::bigint,
                (d.moved->>'reinstatedMinor')::bigint, d.moved->>'currency',
                case when d.moved is not null then d."fundsMovements" end
           from json_to_recordset($1) as d("disputeId" text, "paymentId" text,
             "amountMinor" bigint, currency text, status text, "fundsMovements" integer,
             moved json)
         on conflict (dispute_id) do update
           set status = excluded.status, amount_minor = excluded.amount_minor,
               funds_movements = excluded.funds_movements,
               withdrawn_minor = excluded.withdrawn_minor,
               reinstated_minor = excluded.reinstated_minor,
               moved_currency = excluded.moved_currency, moved_count = excluded.moved_count,
               updated_at = now()`,
        [toJson(disputes)],
      ),
    );
  }
  await Promise.all(statements);
}

async function applySubscriptions(client: Queryable, effects: readonly Effects[]): Promise<void> {
  const subscriptions = effects.flatMap((each) => each.subscriptions);
  const invoices = effects.flatMap((each) => each.invoices);
  const statements: Promise<unknown>[] = [];
  if (subscriptions.length > 0) {
    statements.push(
      client.query(
        `insert into subscriptions
           (subscription_id, customer_id, user_id, status, items, cancel_at_period_end, paused,
            trial_end, current_period_end, ended_at, revision)
         select s."subscriptionId", s."customerId", s."userId", s.status, s.items,
                s."cancelAtPeriodEnd", s.paused, to_timestamp(s."trialEnd"),
                to_timestamp(s."currentPeriodEnd"), to_timestamp(s."endedAt"), s.revision
           from json_to_recordset($1) as s("subscriptionId" text, "customerId" text,
             "userId" text, status text, items jsonb, "cancelAtPeriodEnd" boolean, paused boolean,
             "trialEnd" bigint, "currentPeriodEnd" bigint, "endedAt" bigint,
             revision integer)
         on conflict (subscription_id) do update
           set customer_id = excluded.customer_id, user_id = excluded.user_id,
               status = excluded.status, items = excluded.items,
               cancel_at_period_end = excluded.cancel_at_period_end, paused = excluded.paused,
               trial_end = excluded.trial_end, current_period_end = excluded.current_period_end,
               ended_at = excluded.ended_at, revision = excluded.revision, updated_at = now()`,
        [toJson(subscriptions)],
      ),
    );
  }
  if (invoices.length > 0) {
    statements.push(
      client.query(
        `insert into invoices (invoice_id, subscription_id, customer_id, user_id, payment_id,
           amount_minor, currency)
         select i."invoiceId", i."subscriptionId", i."customerId", i."userId", i."paymentId",
                i."amountMinor", i.currency
           from json_to_recordset($1) as i("invoiceId" text, "subscriptionId" text,
             "customerId" text, "userId" text, "paymentId" text, "amountMinor" bigint,
             currency text)
         on conflict (invoice_id) do update
           set user_id = excluded.user_id, payment_id = excluded.payment_id`,
        [toJson(invoices)],
      ),
    );
  }
  await Promise.all(statements);
}
