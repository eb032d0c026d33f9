import { startLocalStripe } from '@tollgate/local-stripe';
import { SignJWT } from 'jose';
import { findUsersOfCustomers } from '../../../service/store/customers';
import { createTestDatabase, openDatabase } from '../../support/database';
import { jwtSecret, startTestService } from '../../support/running-service';
import {
  askToBegin,
  begin,
  newUser,
  openShop,
  type Shop,
  sessionsPath,
} from '../../support/selling';

const topup = { amountMinor: 1000, currency: 'usd' };
let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ ENVIRONMENT_NAME: 'staging' });
});
afterAll(() => shop.close());

test('S10: users of the same id in two environments of one Stripe account have a customer each', async () => {
  const userId = newUser();
  const otherDatabase = await createTestDatabase();
  const other = await startTestService(otherDatabase.url, {
    STRIPE_API_BASE: shop.localStripe.url,
    ENVIRONMENT_NAME: 'dev',
  });
  const ours = await begin(shop, userId, { topup });
  const theirs = await begin(shop, userId, { topup }, { url: other.url });
  await other.stop();
  await otherDatabase.drop();
  expect(theirs.customerId).not.toBe(ours.customerId);
  for (const [customerId, name] of [
    [ours.customerId, 'staging'],
    [theirs.customerId, 'dev'],
  ] as const) {
    expect(await shop.stripe.customers.retrieve(customerId)).toMatchObject({
      metadata: { tollgate_user_id: userId, tollgate_environment: name },
    });
  }
});

/** Buys with a token of these claims. @returns the e-mail address of the new customer */
async function buy(sub: string, claims: object, query: string) {
  const token = await new SignJWT({ ...claims, scope: 'accounts:write' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .sign(new TextEncoder().encode(jwtSecret));
  const answer = await fetch(`${shop.service.url}${sessionsPath}${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ topup }),
  });
  const { customerId } = (await answer.json()) as { customerId: string };
  const customer = await shop.stripe.customers.retrieve(customerId);
  return customer.deleted ? undefined : customer.email;
}

test("S10: a new customer has the e-mail address of the buyer's own token, and of no host's", async () => {
  const email = { email: 'ann@example.com' };
  expect(await buy(newUser(), email, '')).toBe('ann@example.com');
  expect(await buy('host', email, `?userId=${newUser()}`)).toBeNull();
  expect(await buy(newUser(), { email: 'not an address' }, '')).toBeNull();
});

test.each([
  ['half a surrogate pair', 'ann\ud83c@example.com'],
  ['a NUL', 'ann\u0000@example.com'],
  ['no address that Stripe takes', 'ann@localhost'],
])('S29: a token whose e-mail address has %s buys without one', async (_name, email) => {
  const userId = newUser();
  expect(await buy(userId, { email }, '')).toBeNull();
  const { customerId } = await begin(shop, userId, { topup });
  expect(await shop.stripe.customers.retrieve(customerId)).toMatchObject({
    metadata: { tollgate_user_id: userId },
  });
});

test('S10: a customer that was replaced is still known as that of its user, and so is the next', async () => {
  const userId = newUser();
  const customerIds: string[] = [];
  for (let replaced = 0; replaced < 3; replaced += 1) {
    const { customerId } = await begin(shop, userId, { topup });
    customerIds.push(customerId);
    await shop.stripe.customers.del(customerId);
  }
  const database = await openDatabase(shop.database.url);
  const users = await findUsersOfCustomers(database, [...customerIds, 'cus_nobody']);
  await database.close();
  expect(new Set(customerIds).size).toBe(3);
  expect(users).toEqual(new Map(customerIds.map((id) => [id, userId])));
});

test('S10: a key of another account replaces no customer, and both who ask are told of the key', async () => {
  const userId = newUser();
  const { customerId } = await begin(shop, userId, { topup });
  const otherAccount = await startLocalStripe();
  const mistaken = await startTestService(shop.database.url, {
    STRIPE_API_BASE: otherAccount.url,
  });
  const refused = { status: 503, code: 'stripe_account_mismatch' };
  const { url } = mistaken;
  expect((await askToBegin(shop, userId, { topup }, { url })).body).toMatchObject(refused);
  const portal = await mistaken.post('/v1/portal/sessions', userId, {});
  expect(await portal.json()).toMatchObject(refused);
  await mistaken.stop();
  await otherAccount.close();
  expect(await begin(shop, userId, { topup })).toMatchObject({ customerId });
});
