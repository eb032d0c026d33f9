import leven from 'leven';
import { Problem } from '../errors';
import type { ForeignMarks, ForeignPackage, ForeignTerms } from '../handlers/foreign';
import type { Plans } from '../handlers/handling';
import { metadataKeys } from '../handlers/metadata';
import { chargeBounds } from '../ledger/money';
import type { CatalogueContent, CatalogueItem, CataloguePrice, CreditPackage } from './schema';

/** How much of a currency may be topped up at once, in its minor units. */
interface TopupTerms {
  readonly currency: string;
  readonly presetsMinor: readonly bigint[];
  readonly minimumMinor: bigint;
  readonly maximumMinor: bigint;
}

/** What is for sale, as the deployer's file has it, or what is stored in its place by now. */
export class Catalogue implements Plans {
  readonly foreign: ForeignTerms;

  /**
   * @param known checked already; see `checkCatalogue`. Undefined: not known yet, see `CatalogueFollower`
   * @param sold names it
   */
  constructor(
    private known: CatalogueContent | undefined,
    readonly creditsForeignSessions: boolean,
    readonly environmentName = 'local',
    foreignUserKeys: readonly string[] = [metadataKeys.userId],
    private sold = '',
  ) {
    this.foreign = {
      userKeys: foreignUserKeys,
      packageOf: (marks) => packageSoldElsewhere(this.packages, marks),
    };
  }

  /** Sells something else from now on. @param content checked already */
  replace(content: CatalogueContent, version: string): void {
    this.known = content;
    this.sold = version;
  }

  /** Whether there is anything that it says of what is for sale. */
  get isKnown(): boolean {
    return this.known !== undefined;
  }

  /** Which catalogue this is; it changes when the catalogue does. */
  get version(): string {
    return this.sold;
  }

  private get content(): CatalogueContent {
    if (this.known !== undefined) return this.known;
    throw new Problem(
      'database_unavailable',
      'the catalogue that is stored cannot be sold, and the last good one has not been read yet',
    );
  }

  get packages(): readonly CreditPackage[] {
    return this.content.packages ?? [];
  }

  get prices(): readonly CataloguePrice[] {
    return this.content.prices ?? [];
  }

  get items(): readonly CatalogueItem[] {
    return this.content.items ?? [];
  }

  /** The terms of a currency; undefined when Stripe's bounds for it are not known to us. */
  topupTerms(currency: string): TopupTerms | undefined {
    const bounds = chargeBounds(currency);
    if (bounds === undefined) return undefined;
    const { topups = {} } = this.content;
    const terms = Object.hasOwn(topups, currency) ? topups[currency] : undefined;
    return {
      currency,
      presetsMinor: (terms?.presetsMinor ?? []).map(BigInt),
      minimumMinor: BigInt(terms?.minimumMinor ?? bounds.minimumMinor),
      maximumMinor: BigInt(terms?.maximumMinor ?? bounds.maximumMinor),
    };
  }

  package(id: string): CreditPackage | undefined {
    return this.packages.find((each) => each.id === id);
  }

  price(lookupKey: string): CataloguePrice | undefined {
    return this.prices.find((each) => each.lookupKey === lookupKey);
  }

  item(reference: string): CatalogueItem | undefined {
    return this.items.find((each) => each.reference === reference);
  }

  /** Credits per unit, or per paid period and unit; 0n when none are granted. */
  creditsOf(lookupKey: string): bigint {
    return BigInt(this.price(lookupKey)?.credits ?? 0);
  }

  entitlementsOf(lookupKey: string): readonly string[] {
    return this.price(lookupKey)?.entitlements ?? [];
  }
}

/** What is marked most plainly counts first: a payment link, then metadata, then the mere amount. */
function packageSoldElsewhere(
  packages: readonly CreditPackage[],
  { paymentLink, metadata, amountMinor, currency }: ForeignMarks,
): ForeignPackage | undefined {
  const sold =
    packages.find(({ foreign }) => foreign?.paymentLinks?.some((link) => link === paymentLink)) ??
    packages.find(
      ({ foreign }) =>
        foreign?.metadata !== undefined &&
        Object.entries(foreign.metadata).every(([key, value]) => metadata[key] === value),
    ) ??
    packages.find(
      (each) =>
        each.foreign?.amount === true &&
        BigInt(each.amountMinor) === amountMinor &&
        each.currency === currency,
    );
  if (sold === undefined) return undefined;
  const { id, name } = sold;
  return {
    id,
    name,
    credits: BigInt(sold.credits),
    currency: sold.currency,
    amountMinor: BigInt(sold.amountMinor),
  };
}

/** `; did you mean …?` with the name that is likest, or nothing when there is none. */
export function nearest(seen: string, names: readonly string[]): string {
  const distance = (name: string) => leven(seen.toLowerCase(), name.toLowerCase());
  const [likest] = [...names].sort((a, b) => distance(a) - distance(b));
  return likest === undefined ? '' : `; did you mean ${likest}?`;
}
