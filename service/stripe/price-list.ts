import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import type { CataloguePrice } from '../catalogue/schema';
import { metadataKeys } from '../handlers/metadata';
import type { StripeClient } from './client';
import { isResourceMissing } from './errors';

/** A price with its product, which can be deleted. */
export type PriceWithProduct = Omit<Stripe.Price, 'product'> & {
  readonly product: Stripe.Product | Stripe.DeletedProduct;
};

/** A buyer waits for it. */
const readOptions = { timeout: 3_000 };

/** Products and prices of the Stripe account. Calls that create carry an idempotency key of ours. */
export class PriceList {
  constructor(private readonly stripe: StripeClient) {}

  /** The price that holds this lookup key, be it archived or not. @throws Problem `stripe_…` */
  async find(lookupKey: string): Promise<PriceWithProduct | undefined> {
    const { data } = await this.stripe.call((stripe) =>
      stripe.prices.list(
        { lookup_keys: [lookupKey], limit: 1, expand: ['data.product'] },
        readOptions,
      ),
    );
    return data.map(withProduct)[0];
  }

  /** The price of this id. @throws Problem `stripe_…` */
  async retrieve(priceId: string): Promise<PriceWithProduct | undefined> {
    try {
      const price = await this.stripe.call((stripe) =>
        stripe.prices.retrieve(priceId, { expand: ['product'] }, readOptions),
      );
      return withProduct(price);
    } catch (error) {
      if (isResourceMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Makes the product of a catalogue price, whose id says that it is ours; one that is there stays.
   * @returns its id
   */
  async ensureProduct({ lookupKey, productName: name }: CataloguePrice): Promise<string> {
    const id = `tollgate_${lookupKey}`;
    const metadata = { [metadataKeys.lookupKey]: lookupKey };
    try {
      await this.stripe.call((stripe) =>
        stripe.products.create(
          { id, name, metadata },
          { idempotencyKey: `tollgate:product:${hashOf([id, name])}` },
        ),
      );
    } catch (error) {
      if (!isExisting(error)) throw error;
    }
    return id;
  }

  renameProduct(productId: string, name: string): Promise<Stripe.Product> {
    return this.stripe.call((stripe) => stripe.products.update(productId, { name }));
  }

  /**
   * Makes the price of these terms, and gives it the lookup key, whoever holds that.
   * @param formerId who holds it now. It is part of the idempotency key: a price that was changed
   * from A to B is made anew when it is changed back to A, and Stripe does not answer with the first.
   */
  async create(
    terms: CataloguePrice,
    productId: string,
    formerId: string | undefined,
  ): Promise<PriceWithProduct> {
    const { lookupKey, currency, unitAmountMinor, recurring, credits } = terms;
    const parameters: Stripe.PriceCreateParams = {
      product: productId,
      currency,
      unit_amount: unitAmountMinor,
      lookup_key: lookupKey,
      transfer_lookup_key: true,
      // Stays when the lookup key moves on: the invoices of those who subscribed before name it.
      metadata: {
        [metadataKeys.lookupKey]: lookupKey,
        [metadataKeys.credits]: String(credits ?? 0),
      },
      expand: ['product'],
      ...(recurring !== undefined && {
        recurring: {
          interval: recurring.interval,
          interval_count: recurring.intervalCount ?? 1,
        },
      }),
    };
    const idempotencyKey = `tollgate:price:${hashOf([parameters, formerId ?? null])}`;
    return withProduct(
      await this.stripe.call((stripe) => stripe.prices.create(parameters, { idempotencyKey })),
    );
  }

  /** Writes what a unit of it grants to a price that does not say it yet. */
  async recordCredits(priceId: string, { credits }: CataloguePrice): Promise<void> {
    const metadata = { [metadataKeys.credits]: String(credits ?? 0) };
    await this.stripe.call((stripe) => stripe.prices.update(priceId, { metadata }));
  }

  /** Takes a price from sale; those who subscribed to it go on. */
  async archive(priceId: string): Promise<void> {
    await this.stripe.call((stripe) => stripe.prices.update(priceId, { active: false }));
  }
}

/** All calls above expand it; a bare id would mean that Stripe did not do as asked. */
function withProduct(price: Stripe.Price): PriceWithProduct {
  const { product } = price;
  if (typeof product === 'object') return { ...price, product };
  throw new Error(`Stripe answered price ${price.id} without its product`);
}

function isExisting(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    cause instanceof Stripe.errors.StripeInvalidRequestError &&
    cause.code === 'resource_already_exists'
  );
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
