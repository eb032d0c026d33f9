import type { Checkout } from '../effects/records';
import { Problem } from '../errors';
import { type RecordedSession, writeCheckout } from '../store/checkouts';
import { isTakenBack, lockReference, readPurchases, readSalesUnderWay } from '../store/purchases';
import type { Queryable } from '../store/queryable';
import { type FulfilmentDependencies, fulfillSession } from './fulfill';

/** A sale of a reference that its user is to have once. */
interface OnceSale extends Pick<Checkout, 'userId' | 'kind' | 'quantity'> {
  readonly checkoutId: string;
  readonly reference: string;
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
}

/** What there is already of a reference that is sold once. */
type Standing =
  | { readonly kind: 'free' }
  /** The page of before, on the same terms: the buyer is sent there again. */
  | { readonly kind: 'open'; readonly session: Omit<RecordedSession, 'status'> }
  /** A page on other terms: it is to be closed first. */
  | { readonly kind: 'outdated'; readonly sessionId: string };

/**
 * Refuses what the user has, or has just paid by a method that takes days.
 * @throws Problem `already_purchased`
 */
export async function checkNotPurchased(
  client: Queryable,
  { userId, kind, reference }: Pick<OnceSale, 'userId' | 'kind' | 'reference'>,
): Promise<void> {
  const purchases = await readPurchases(client, userId, {
    before: undefined,
    limit: 100,
    reference,
  });
  const has = purchases.find((each) => each.kind === kind && !isTakenBack(each));
  if (has !== undefined) throw alreadyPurchased(reference, has.sessionId, 'was paid');
}

/**
 * What stands of a reference, decided under its lock, so that of two requests at once the second
 * finds what the first wrote. Whoever is told `free` writes the checkout in the same transaction.
 * @throws Problem `already_purchased`, `purchase_under_way`
 */
async function standingOf(client: Queryable, sale: OnceSale): Promise<Standing> {
  await lockReference(client, sale.userId, sale.reference);
  await checkNotPurchased(client, sale);
  for (const each of await readSalesUnderWay(client, sale, sale.checkoutId)) {
    if (each.isComplete) throw alreadyPurchased(sale.reference, each.sessionId, 'is being paid');
    if (each.sessionId === null || each.url === null || each.expiresAt === null) {
      // Nobody has its page: whoever began it died, or is asking Stripe for it just now.
      if (!each.isFresh) continue;
      throw new Problem(
        'purchase_under_way',
        `another request is beginning to sell ${sale.reference} to this user`,
      );
    }
    const isSame =
      each.amountMinor === sale.amountMinor &&
      each.currency === sale.currency &&
      each.quantity === sale.quantity;
    const { sessionId, url, expiresAt, customerId } = each;
    return isSame
      ? { kind: 'open', session: { id: sessionId, url, expiresAt, customerId } }
      : { kind: 'outdated', sessionId };
  }
  return { kind: 'free' };
}

function alreadyPurchased(reference: string, sessionId: string | null, how: string): Problem {
  return new Problem('already_purchased', `${reference} ${how} by session ${sessionId}`, {
    members: { sessionId: sessionId ?? '' },
  });
}

type NewCheckout = Parameters<typeof writeCheckout>[1];

/**
 * Writes down what is to be sold once, as `writeCheckout` does, unless the user has it.
 * @returns the session to send the buyer to, if there is one: of this checkout, or of one before
 * @throws Problem `already_purchased`, `purchase_under_way`, `stripe_…`; Refusal when a page that was
 * just closed had been paid with something else than was sold
 */
export async function writeOnce(
  dependencies: Omit<FulfilmentDependencies, 'nowMillis'>,
  checkout: NewCheckout,
): Promise<RecordedSession | undefined> {
  const { reference } = checkout;
  if (reference === null) return writeCheckout(dependencies.database, checkout);
  for (let closed = 0; closed < 3; closed += 1) {
    const { standing, session } = await dependencies.database.transaction(async (transaction) => {
      const standing = await standingOf(transaction, { ...checkout, reference });
      const session =
        standing.kind === 'free' ? await writeCheckout(transaction, checkout) : undefined;
      return { standing, session };
    });
    if (standing.kind === 'free') return session;
    if (standing.kind === 'open') return { ...standing.session, status: 'open' };
    await closePage(dependencies, standing.sessionId);
  }
  throw new Problem('purchase_under_way', `${reference} is begun anew by others again and again`);
}

/**
 * Closes a page that is out of date at Stripe, and books what became of it: a buyer may just have
 * paid it.
 * @throws Problem `stripe_…`; Refusal when what was paid is not what was sold
 */
async function closePage(
  dependencies: Omit<FulfilmentDependencies, 'nowMillis'>,
  sessionId: string,
): Promise<void> {
  try {
    await dependencies.stripe.expireCheckoutSession(sessionId);
  } catch (error) {
    // Stripe expires only what is open: what has become of it is seen next.
    if (!(error instanceof Problem) || error.code !== 'stripe_request_rejected') throw error;
  }
  await fulfillSession(dependencies, sessionId);
}
