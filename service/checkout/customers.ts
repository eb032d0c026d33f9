import { findCustomer, recordCustomer, replaceCustomer } from '../store/customers';
import type { Database } from '../store/database';
import type { NewCustomer, StripeClient } from '../stripe/client';

interface CustomerDependencies {
  readonly database: Database;
  readonly stripe: StripeClient;
}

/**
 * The Stripe customer of a user, made when there is none. Whoever asks at the same time, here or on
 * another task, sends Stripe the same idempotency key and is answered with the same customer; the
 * first row stands.
 * @throws Problem `database_…`, `stripe_…`
 */
export async function ensureCustomer(
  { database, stripe }: CustomerDependencies,
  user: NewCustomer,
): Promise<string> {
  const { userId } = user;
  const known = await findCustomer(database, userId);
  if (known !== undefined) return known;
  try {
    return await recordCustomer(database, userId, await stripe.createCustomer(user));
  } catch (error) {
    // Stripe refuses the second of two calls under one key while the first is under way.
    const recorded = await findCustomer(database, userId);
    if (recorded !== undefined) return recorded;
    throw error;
  }
}

/**
 * A new customer in the place of one that somebody deleted in Stripe's dashboard: its user is to be
 * able to buy all the same.
 * @returns the customer that stands
 */
export async function replaceDeletedCustomer(
  { database, stripe }: CustomerDependencies,
  user: NewCustomer,
  deletedCustomerId: string,
): Promise<string> {
  const successor = await stripe.createCustomer({ ...user, inPlaceOf: deletedCustomerId });
  await replaceCustomer(database, user.userId, deletedCustomerId, successor);
  return successor;
}
