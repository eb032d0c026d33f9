import { readFileSync } from 'node:fs';
import type Stripe from 'stripe';
import { handledEventTypes } from '../../service/handlers/index';
import { checkOutbox } from '../support/cloud-events';
import type { TestDatabase } from '../support/database';
import type { Wallet } from './model';

/** Every user's balances against the model, and every balance against the transfers. */
export async function auditMoney(
  database: TestDatabase,
  wallets: readonly Wallet[],
): Promise<string[]> {
  const faults: string[] = [];
  const rows = await database.query<{ account: string; unit: string; kept: string; sum: string }>(
    `with changes as (
       select credit_account as account, unit, amount_minor as change from transfers
        union all
       select debit_account, unit, -amount_minor from transfers),
     sums as (select account, unit, sum(change) as total from changes
               where account like 'user:%' group by account, unit)
     select account, unit, coalesce(amount_minor, 0)::text as kept, coalesce(total, 0)::text as sum
       from balances full join sums using (account, unit)`,
  );
  const balances = new Map(rows.map((row) => [`${row.account} ${row.unit}`, row]));
  for (const { account, unit, kept, sum } of rows) {
    if (kept !== sum)
      faults.push(`${account} has ${kept} ${unit}, and its transfers sum to ${sum}`);
  }
  for (const wallet of wallets) {
    for (const unit of ['usd', 'credits']) {
      const has = Number(balances.get(`user:${wallet.userId} ${unit}`)?.kept ?? 0);
      const expected = wallet.balanceMinor(unit);
      if (has !== expected)
        faults.push(`${wallet.userId} has ${has} ${unit}, expected ${expected}`);
    }
  }
  const known = new Set(wallets.map(({ userId }) => `user:${userId}`));
  for (const { account } of rows) if (!known.has(account)) faults.push(`${account} is nobody`);
  return faults;
}

/** What is recorded of checkouts against what was paid. */
export async function auditCheckouts(
  database: TestDatabase,
  wallets: readonly Wallet[],
): Promise<string[]> {
  const rows = await database.query<{ session_id: string; payment_status: string }>(
    'select session_id, payment_status from checkouts where session_id is not null',
  );
  const statuses = new Map(rows.map((row) => [row.session_id, row.payment_status]));
  const faults: string[] = [];
  const expectAll = (sessions: ReadonlySet<string>, expected: string) => {
    for (const id of sessions) {
      const seen = statuses.get(id);
      if (seen !== expected) faults.push(`${id} is recorded as ${seen}; it is ${expected}`);
    }
  };
  for (const { paidSessions, unpaidSessions } of wallets) {
    expectAll(paidSessions, 'paid');
    expectAll(unpaidSessions, 'unpaid');
  }
  return faults;
}

/** That each event which Stripe has made is recorded, once and to its end, but for those `without`. */
export async function auditEvents(
  database: TestDatabase,
  stripe: Stripe,
  without: ReadonlySet<string>,
): Promise<{ events: number; faults: string[] }> {
  const rows = await database.query<{ event_id: string; status: string; last_error: string }>(
    'select event_id, status, last_error from stripe_events',
  );
  const faults = rows
    .filter(({ status }) => status !== 'processed' && status !== 'ignored')
    .map(({ event_id: id, status, last_error: why }) => `${id} is ${status}: ${why}`);
  const recorded = new Set(rows.map((row) => row.event_id));
  if (recorded.size !== rows.length) faults.push('an event is recorded twice');
  const handled = new Set<string>(handledEventTypes);
  let events = 0;
  for await (const { id, type } of stripe.events.list({ limit: 100 })) {
    events += 1;
    if (handled.has(type) && !recorded.has(id) && !without.has(id)) {
      faults.push(`${type} ${id} is not recorded`);
    }
  }
  return { events, faults };
}

/** That each message was published at least once, by the services' own logs. */
export async function auditOutbox(
  database: TestDatabase,
  logFiles: readonly string[],
): Promise<{ messages: number; again: number; faults: string[] }> {
  const published = new Map<string, number>();
  for (const file of logFiles) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const id = /"cloudEvent":\{"specversion":"1.0","id":"([^"]+)"/.exec(line)?.[1];
      if (id !== undefined) published.set(id, (published.get(id) ?? 0) + 1);
    }
  }
  const messages = await checkOutbox(database);
  const rows = await database.query<{ message_id: string; type: string; is_done: boolean }>(
    'select message_id, type, published_at is not null as is_done from outbox',
  );
  const faults = rows.flatMap(({ message_id: id, type, is_done: isDone }) => [
    ...(isDone ? [] : [`${type} ${id} is left in the outbox`]),
    ...(published.has(id) ? [] : [`${type} ${id} was never published`]),
  ]);
  const again = [...published.values()].filter((times) => times > 1).length;
  return { messages, again, faults };
}
