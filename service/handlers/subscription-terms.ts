import type { Subscription } from '../effects/records';
import type { Plans } from './handling';
import { metadataKeys } from './metadata';
import type { PriceTerms } from './versions';

/** The lookup key by which the catalogue knows a price, be it the one of today or of earlier. */
export function lookupKeyOf(price: PriceTerms): string | null {
  return price.metadata?.[metadataKeys.lookupKey] ?? price.lookup_key ?? null;
}

/**
 * How many credits a paid period of one unit grants, as it was sold: what the price itself says,
 * or else what was written down when its subscription came, or else today's catalogue. Whoever
 * subscribed to it before the catalogue changed still pays what they paid then.
 * @param price whole, or by its id alone where Stripe has it no more
 */
export function creditsAsSold(
  price: PriceTerms | string,
  subscription: Pick<Subscription, 'items'> | undefined,
  plans: Plans,
): bigint {
  const id = typeof price === 'object' ? price.id : price;
  const said = typeof price === 'object' ? price.metadata?.[metadataKeys.credits] : undefined;
  if (said !== undefined && /^[0-9]{1,15}$/.test(said)) return BigInt(said);
  const recorded = subscription?.items.find(({ priceId }) => priceId === id);
  if (recorded?.credits !== undefined) return BigInt(recorded.credits);
  const lookupKey = typeof price === 'object' ? lookupKeyOf(price) : (recorded?.lookupKey ?? null);
  return lookupKey === null ? 0n : plans.creditsOf(lookupKey);
}
