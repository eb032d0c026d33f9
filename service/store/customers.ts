import type { CustomerOfUser } from '../effects/records';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';
import { toJson } from './texts';

/** The Stripe customer of a user, if there is one yet. */
export async function findCustomer(client: Queryable, userId: string): Promise<string | undefined> {
  const { rows } = await client.query<{ customer_id: string }>(
    'select customer_id from customers where user_id = $1',
    [userId],
  );
  return rows[0]?.customer_id;
}

/** The Stripe customers that this user is and was, the present one first. */
export async function findCustomers(client: Queryable, userId: string): Promise<string[]> {
  const { rows } = await client.query<{ customer_id: string }>(
    `select customer_id from (
       select customer_id, 0 as nth from customers where user_id = $1
        union all
       select customer_id, 1 from former_customers where user_id = $1) as known order by nth`,
    [userId],
  );
  return rows.map((row) => row.customer_id);
}

export const usersOfCustomersFunction = storedFunction('users_of_customers', {
  parameters: 'p_customer_ids text[]',
  returns: 'table (customer_id text, user_id text)',
  body: `
    return query
    select customer_id, user_id from former_customers where customer_id = any(p_customer_ids)
     union all
    select customer_id, user_id from customers where customer_id = any(p_customer_ids);`,
});

/** The users whose Stripe customers these are or once were, by customer; one that is nobody's has no entry. */
export async function findUsersOfCustomers(
  client: Queryable,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (customerIds.length === 0) return new Map();
  const { rows } = await client.query<{ customer_id: string; user_id: string }>(
    `select customer_id, user_id from ${usersOfCustomersFunction.name}($1)`,
    [customerIds],
  );
  return new Map(rows.map((row) => [row.customer_id, row.user_id]));
}

/**
 * Records the Stripe customer of a user unless one has been recorded meanwhile.
 * @returns the customer that stands
 */
export async function recordCustomer(
  client: Queryable,
  userId: string,
  customerId: string,
): Promise<string> {
  const { rows } = await client.query<{ customer_id: string }>(
    `insert into customers (user_id, customer_id) values ($1, $2)
     on conflict (user_id) do update set customer_id = customers.customer_id
     returning customer_id`,
    [userId, customerId],
  );
  return rows[0]?.customer_id ?? customerId;
}

/**
 * Records customers that became known by Stripe alone. Of a user who has another customer already,
 * what is still told of this one is about the user too.
 */
export async function recordCustomers(
  client: Queryable,
  customers: readonly CustomerOfUser[],
): Promise<void> {
  if (customers.length === 0) return;
  await client.query(
    `with given as (
       select distinct c."customerId" as customer_id, c."userId" as user_id
         from json_to_recordset($1) as c("customerId" text, "userId" text)
     ), added as (
       insert into customers (user_id, customer_id) select user_id, customer_id from given
           on conflict do nothing returning customer_id)
     insert into former_customers (customer_id, user_id)
     select customer_id, user_id from given g
      where not exists (select from added a where a.customer_id = g.customer_id)
        and not exists (select from customers c where c.customer_id = g.customer_id)
         on conflict do nothing`,
    [toJson(customers)],
  );
}

/**
 * Puts a new customer in the place of one that Stripe no longer has, unless somebody else did. The
 * deleted one is kept: invoices of its time may still arrive.
 */
export async function replaceCustomer(
  client: Queryable,
  userId: string,
  deletedCustomerId: string,
  customerId: string,
): Promise<void> {
  await client.query(
    `with replaced as (
       update customers set customer_id = $3 where user_id = $1 and customer_id = $2
       returning user_id)
     insert into former_customers (customer_id, user_id) select $2, user_id from replaced
         on conflict do nothing`,
    [userId, deletedCustomerId, customerId],
  );
}
