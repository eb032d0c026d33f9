import { type Catalogue, nearest } from '../catalogue/catalogue';
import type { CataloguePrice } from '../catalogue/schema';
import { Problem } from '../errors';
import { metadataKeys } from '../handlers/metadata';
import type { Log } from '../log';
import type { PriceList, PriceWithProduct } from '../stripe/price-list';

/** A price changed in Stripe is sold as it was for this long at most. */
const lifeMillis = 60_000;
/** One that was just made, or made active again, can be sold this long after at the latest. */
const missLifeMillis = 5_000;
const entriesMax = 1_000;

const notForSale: ReadonlySet<string> = new Set(['price_unknown', 'price_inactive']);

interface Entry {
  readonly price: Promise<PriceWithProduct>;
  readonly untilMillis: number;
}

interface Miss {
  readonly problem: Problem;
  readonly untilMillis: number;
}

/**
 * The prices that can be sold: those of the catalogue, made in Stripe when missing, and any other of
 * the account. They are kept in memory for a minute, so that a checkout costs one call to Stripe, and
 * what there is none of for some seconds.
 */
export class Prices {
  private readonly entries = new Map<string, Entry>();
  /** What cannot be sold: a caller who asks for it again and again is not to use up what Stripe allows. */
  private readonly misses = new Map<string, Miss>();
  /** Of the catalogue that these are of. */
  private version: string | undefined;

  constructor(
    private readonly options: {
      readonly list: PriceList;
      readonly catalogue: Catalogue;
      readonly log: Log;
      readonly nowMillis: () => number;
    },
  ) {}

  /**
   * The price of an id (`price_…`) or a lookup key, active and with an active product. Those who ask
   * for one at once share the answer.
   * @throws Problem `price_unknown`, `price_inactive`, `stripe_…`
   */
  async resolve(reference: string): Promise<PriceWithProduct> {
    const now = this.options.nowMillis();
    this.forgetOtherCatalogues();
    const miss = this.misses.get(reference);
    if (miss !== undefined && miss.untilMillis > now) throw miss.problem;
    const known = this.entries.get(reference);
    if (known !== undefined && known.untilMillis > now) return known.price;
    const price = this.ask(reference);
    this.forget(reference);
    this.entries.set(reference, { price, untilMillis: now + lifeMillis });
    dropOldest(this.entries);
    price.catch((error: unknown) => this.noteFailure(reference, price, error));
    return price;
  }

  /** What another catalogue said of a price counts no more. */
  private forgetOtherCatalogues(): void {
    const { version } = this.options.catalogue;
    if (version === this.version) return;
    this.version = version;
    this.entries.clear();
    this.misses.clear();
  }

  private noteFailure(reference: string, price: Entry['price'], error: unknown): void {
    if (this.entries.get(reference)?.price === price) this.forget(reference);
    // Stripe being away says nothing of the price: it is asked for again.
    if (!(error instanceof Problem) || !notForSale.has(error.code)) return;
    this.misses.delete(reference);
    const untilMillis = this.options.nowMillis() + missLifeMillis;
    this.misses.set(reference, { problem: error, untilMillis });
    dropOldest(this.misses);
  }

  /** To be called when Stripe would not sell it: it may have been archived meanwhile. */
  forget(reference: string): void {
    this.entries.delete(reference);
  }

  private async ask(reference: string): Promise<PriceWithProduct> {
    const { list, catalogue } = this.options;
    const terms = catalogue.price(reference);
    if (terms !== undefined) return checkActive(await this.ensure(terms), reference);
    const price = await (/^price_/.test(reference)
      ? list.retrieve(reference)
      : list.find(reference));
    if (price === undefined) throw unknownPrice(reference, catalogue);
    const listed = catalogue.price(price.lookup_key ?? '');
    // By its id as well, a price of the catalogue is sold on the catalogue's terms alone.
    if (listed !== undefined && !hasTerms(price, listed)) {
      throw new Problem(
        'price_inactive',
        `price ${reference} is not what the catalogue says of ${listed.lookupKey}; ask for ` +
          `"price": "${listed.lookupKey}"`,
      );
    }
    return checkActive(price, reference);
  }

  /**
   * The price of the catalogue as it is to be in Stripe. The old one is archived before the new one is
   * made: whoever dies in between leaves an archived holder of the key, which is replaced as well.
   */
  private async ensure(terms: CataloguePrice): Promise<PriceWithProduct> {
    const { list, log } = this.options;
    const { lookupKey, productName } = terms;
    const holder = await list.find(lookupKey);
    if (holder?.active && hasTerms(holder, terms)) {
      const { product } = holder;
      if (holder.metadata[metadataKeys.credits] === undefined) {
        await list.recordCredits(holder.id, terms);
      }
      const isOurs = !product.deleted && product.metadata[metadataKeys.lookupKey] === lookupKey;
      if (!isOurs || product.name === productName) return holder;
      return { ...holder, product: await list.renameProduct(product.id, productName) };
    }
    if (holder?.active) await this.archive(holder.id);
    const productId =
      holder === undefined || holder.product.deleted
        ? await list.ensureProduct(terms)
        : holder.product.id;
    const price = await list.create(terms, productId, holder?.id);
    log.info({ lookupKey, priceId: price.id, formerId: holder?.id }, 'made a price in Stripe');
    return price;
  }

  /** Stripe keeps the default price of a product from being archived: it is sold no more all the same. */
  private async archive(priceId: string): Promise<void> {
    try {
      await this.options.list.archive(priceId);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'stripe_request_rejected') throw error;
      this.options.log.warn({ err: error, priceId }, 'a replaced price could not be archived');
    }
  }
}

/** Whoever asks for many that there are none of makes no prices be forgotten: the two are apart. */
function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > entriesMax && oldest !== undefined) map.delete(oldest);
}

function hasTerms(price: PriceWithProduct, terms: CataloguePrice): boolean {
  const { recurring } = terms;
  return (
    price.currency === terms.currency &&
    price.unit_amount === terms.unitAmountMinor &&
    // Who subscribed when it granted another number pays for that: it takes a price of its own.
    (price.metadata[metadataKeys.credits] ?? String(terms.credits ?? 0)) ===
      String(terms.credits ?? 0) &&
    price.recurring?.interval === recurring?.interval &&
    price.recurring?.interval_count ===
      (recurring === undefined ? undefined : (recurring.intervalCount ?? 1))
  );
}

function checkActive(price: PriceWithProduct, reference: string): PriceWithProduct {
  const { product } = price;
  if (price.active && !product.deleted && product.active) return price;
  throw new Problem(
    'price_inactive',
    `price ${reference} is archived in Stripe, or its product ${product.id} is; expected an active one`,
  );
}

function unknownPrice(reference: string, catalogue: Catalogue): Problem {
  const known = catalogue.prices.map(({ lookupKey }) => lookupKey);
  return new Problem(
    'price_unknown',
    `there is no price ${reference}; expected an id of Stripe's, price_…, or a lookup key: ` +
      `${known.join(', ') || 'the catalogue has none'}${nearest(reference, known)}`,
  );
}
