import { randomUUID } from 'node:crypto';
import { issueToken } from '../ops/service/bearer-token';
import { jwtSecret } from '../test/support/running-service';
import type { BenchDatabase } from './database';

/** What it takes to ask as somebody: bearer tokens take longer to sign than the requests to answer. */
export async function bearers(users: readonly string[], scope = ''): Promise<readonly string[]> {
  return Promise.all(users.map((user) => issueToken(jwtSecret, user, scope)));
}

/** A request of the API as a whole, to be sent as it stands. */
export function apiRequest(
  method: 'GET' | 'POST',
  path: string,
  bearer: string,
  body?: object,
): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body);
  const more =
    body === undefined
      ? ''
      : `content-type: application/json\r\nidempotency-key: ${randomUUID()}\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\n`;
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${bearer}\r\n${more}\r\n${text}`,
  );
}

/** Users with so many transfers each in their history, which come to their balance. */
export async function usersWithHistory(
  database: BenchDatabase,
  count: number,
  transfersEach: number,
): Promise<readonly string[]> {
  const users = Array.from({ length: count }, () => `user-${randomUUID()}`);
  await database.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     select 'bench:' || user_id || ':' || n, 'stripe_clearing', 'user:' || user_id, 'usd', 1000000,
            'topup'
       from unnest($1::text[]) as user_id, generate_series(1, $2) as n`,
    [users, transfersEach],
  );
  await database.query(
    `insert into balances (account, unit, amount_minor)
     select 'user:' || user_id, 'usd', 1000000::bigint * $2 from unnest($1::text[]) as user_id`,
    [users, transfersEach],
  );
  await database.query('analyze');
  return users;
}

/** So many recorded events and transfers, as years leave them behind. */
export async function fillHistory(database: BenchDatabase, rows: number): Promise<void> {
  await database.query(
    `insert into stripe_events (event_id, event_type, livemode, created_at, status, processed_at, received_by)
     select 'evt_1' || md5(n::text), 'checkout.session.completed', false, now(), 'processed',
            now() - make_interval(secs => n), 'webhook'
       from generate_series(1, $1::bigint) as n`,
    [rows],
  );
  await database.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor, reason,
       payment_id)
     select 'checkout_session:cs_test_' || md5(n::text) || ':credit', 'stripe_clearing',
            'user:old-' || n % 100000, 'usd', 1000, 'topup', 'pi_3' || md5(n::text)
       from generate_series(1, $1::bigint) as n`,
    [rows],
  );
  await database.query('analyze');
  await database.query('checkpoint');
}
