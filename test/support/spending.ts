import { randomUUID } from 'node:crypto';
import { issueToken } from '../../ops/service/bearer-token';
import { openCheckout } from './checkouts';
import type { TestDatabase } from './database';
import { eventOf, jwtSecret, type TestService } from './running-service';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

interface RequestOptions {
  /** The Idempotency-Key; a new one by default, null for none. */
  readonly key?: string | null;
  readonly scope?: string;
}

/** Asks a service as a user; `body` makes it a POST. */
export async function ask(
  service: { readonly url: string },
  userId: string,
  path: string,
  body?: object,
  { key = randomUUID(), scope = '' }: RequestOptions = {},
): Promise<Answer> {
  const answer = await fetch(`${service.url}/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${await issueToken(jwtSecret, userId, scope)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(body !== undefined && key !== null && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  };
}

/**
 * The same, again and again under one key while the answer is 503 or says that the first request is
 * under way, as a careful client does on a busy machine.
 */
export async function askUntilAnswered(
  ...[service, userId, path, body, { key = randomUUID(), scope = '' } = {}]: Parameters<typeof ask>
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(service, userId, path, body, { key, scope });
    const isBusy = answer.status === 503 || answer.body.code === 'idempotency_key_in_use';
    if (!isBusy || attempt === 200) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A new user who has topped up, by the webhook; the payment's id is `pi_<checkoutId>`. */
export async function userWith(
  database: TestDatabase,
  service: Pick<TestService, 'deliver'>,
  amountMinor: number,
): Promise<{ userId: string; sessionId: string; paymentId: string }> {
  const checkout = await openCheckout(database, { amountMinor });
  const answer = await service.deliver(
    eventOf('checkout.session.completed', checkout.paidSession()),
  );
  if (!answer.ok) throw new Error(`the top-up was answered with ${answer.status}`);
  const { userId, sessionId, checkoutId } = checkout;
  return { userId, sessionId, paymentId: `pi_${checkoutId}` };
}

/** What a user can spend of US dollars, by the API. */
export async function availableMinor(
  service: { readonly url: string },
  userId: string,
): Promise<number> {
  const { body } = await ask(service, userId, '/account');
  const balances = body.balances as { unit: string; amountMinor: number }[];
  return balances.find(({ unit }) => unit === 'usd')?.amountMinor ?? 0;
}

/** The messages about a user, in their order. */
export async function messagesOf(database: TestDatabase, userId: string) {
  return database.query<{ type: string; data: Record<string, unknown> }>(
    'select type, data from outbox where user_id = $1 order by position',
    [userId],
  );
}

/** What each account has of US dollars, by summing all transfers of the database. */
export async function accountSums(database: TestDatabase): Promise<Record<string, number>> {
  const rows = await database.query<{ account: string; minor: bigint }>(
    `select account, sum(change)::bigint as minor
       from (select credit_account as account, amount_minor as change from transfers
              where unit = 'usd'
             union all
             select debit_account, -amount_minor from transfers where unit = 'usd') as changes
      group by account`,
  );
  return Object.fromEntries(rows.map(({ account, minor }) => [account, Number(minor)]));
}
