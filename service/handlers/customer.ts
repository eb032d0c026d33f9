import type Stripe from 'stripe';
import { nothing } from '../effects/effects';
import type { ImmediateHandling } from './handling';

/**
 * A customer in whose metadata we wrote which user of which environment it is: recorded with its
 * user where it is not, as it comes with every object of it that is handled.
 */
export function handleCustomer({ id, metadata }: Stripe.Customer): ImmediateHandling {
  return {
    origin: { metadata, customerId: id, ask: undefined },
    factKeys: { customerId: id },
    decide: () => nothing('recorded'),
  };
}
