import type { TollgateClient } from '@tollgate/client';
import { OpsFailure } from '../failure';
import type { BegunSession, Order } from './simulated';

/** By unit, in minor units. */
export type Balances = ReadonlyMap<string, number>;

/** The account of the buyer of a smoke test, by the service's API. */
export class SmokeAccount {
  /** @param client with a token that may act for users, and ask the admin routes */
  constructor(
    private readonly client: TollgateClient,
    readonly userId: string,
  ) {}

  async balances(): Promise<Balances> {
    const { balances } = await this.client.get('/v1/account', this.ofUser);
    return new Map(balances.map(({ amountMinor, unit }) => [unit, amountMinor]));
  }

  /** The least that can be topped up, in the usual currency. */
  async smallestTopup(): Promise<Pick<Order, 'amountMinor' | 'currency'>> {
    const { topups } = await this.client.get('/v1/catalogue');
    const [usual] = topups;
    if (usual !== undefined) return { amountMinor: usual.minimumMinor, currency: usual.currency };
    throw new OpsFailure(
      'nothing can be topped up in this environment',
      'Name a currency with top-ups in the catalogue.',
    );
  }

  async begin({ amountMinor, currency }: Order): Promise<BegunSession & { readonly url: string }> {
    const { customerId, id, url } = await this.client.post('/v1/checkout/sessions', {
      ...this.ofUser,
      body: { topup: { amountMinor, currency }, metadata: { smoke: 'true' } },
    });
    return { id, customerId, url, metadata: {} };
  }

  /** Payments of which not all was taken back. */
  async unreversed(): Promise<readonly (Omit<Order, 'userId'> & { readonly paymentId: string })[]> {
    const { payments } = await this.client.get('/v1/admin/users/{userId}/ledger', {
      params: { path: { userId: this.userId } },
    });
    return payments.flatMap(({ amountMinor, currency, paymentId, refunds }) =>
      amountMinor === null || currency === null || refunds.length > 0
        ? []
        : [{ amountMinor, currency, paymentId }],
    );
  }

  /** Of a payment that was made at Stripe, all that is left. */
  async refund(paymentId: string): Promise<void> {
    await this.client.post('/v1/admin/payments/{paymentId}/refunds', {
      // The same for a run that is repeated: one refund.
      params: { path: { paymentId }, header: { 'idempotency-key': `smoke-${paymentId}` } },
      body: { part: 'rest', reason: 'smoke test' },
    });
  }

  /** @param since what is shown it came from @throws OpsFailure unless a balance is up by exactly this much */
  async expect(
    before: Balances,
    upMinor: number,
    currency: string,
    since: Balances = before,
  ): Promise<string> {
    const hadMinor = before.get(currency) ?? 0;
    const hasMinor = (await this.balances()).get(currency) ?? 0;
    const seen = `${since.get(currency) ?? 0} → ${hasMinor} ${currency}, in minor units`;
    if (hasMinor === hadMinor + upMinor) return seen;
    throw new OpsFailure(
      `${seen}; expected ${hadMinor + upMinor}`,
      'If another smoke test ran meanwhile, run it again. Otherwise see `npm run ops -- ledger`, and sell nothing until it is found.',
    );
  }

  private get ofUser() {
    return { params: { query: { userId: this.userId } } };
  }
}
