import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { payOnHostedPage, type RemoteControl } from '@tollgate/local-stripe';
import type Stripe from 'stripe';
import type { Random } from '../support/random';
import { type Answer, ask } from '../support/spending';
import { type PaidFor, Wallet } from './model';

const checkoutPath = '/checkout/sessions';
const card = { card: '4242424242424242' };
/** What a 503, or a connection that ended, is waited for. */
const answerWithinMillis = 60_000;
const membership = { amountMinor: 900, credits: 1_000 };
interface Package {
  readonly id: string;
  readonly amountMinor: number;
  readonly credits: number;
}
const packages: readonly [Package, ...Package[]] = [
  { id: 'starter', amountMinor: 1_000, credits: 1_000 },
  { id: 'basic', amountMinor: 4_500, credits: 5_500 },
];

interface Dependencies {
  readonly random: Random;
  readonly stripe: Stripe;
  readonly control: RemoteControl;
  readonly serviceUrls: readonly [string, ...string[]];
  readonly onFault: (fault: string) => void;
  /** How often PostgreSQL has been stopped. */
  readonly databaseStops: () => number;
  /** Nothing more is bought, taken back or spent when it is; what was begun is ended. */
  readonly isOver: () => boolean;
}

/** Buyers who do several things at once, each on either service, and know what should come of it. */
export class Buyers {
  readonly wallets: Wallet[] = [];
  readonly figures = {
    purchases: 0,
    refunds: 0,
    disputes: 0,
    renewals: 0,
    spends: 0,
    holds: 0,
    /** Of the holds, those between whose placing and end PostgreSQL was stopped. */
    'holds over a stop': 0,
  };

  constructor(private readonly dependencies: Dependencies) {}

  /** One user after the other. @param name tells the users of this run from those of others */
  async work(name: string): Promise<void> {
    for (let number = 1; !this.dependencies.isOver(); number += 1) {
      const wallet = new Wallet(`${name}-${number}`);
      this.wallets.push(wallet);
      await this.live(wallet);
    }
  }

  private async live(wallet: Wallet): Promise<void> {
    const { random } = this.dependencies;
    const purchases = [this.topUp(wallet), this.buyPackage(wallet), this.spendSome(wallet, 'usd')];
    if (random.chance(0.5)) purchases.push(this.subscribe(wallet));
    await Promise.all(purchases);
  }

  private async topUp(wallet: Wallet): Promise<void> {
    const amountMinor = this.dependencies.random.of([500, 1_000, 2_000, 5_000]);
    const session = await this.buy(wallet, { topup: { amountMinor, currency: 'usd' } });
    if (session === undefined) return;
    const payment = wallet.pay('usd', amountMinor, amountMinor);
    await Promise.all([
      this.takeBack(payment, String(session.payment_intent)),
      this.spendSome(wallet, 'usd'),
      this.holdSome(wallet, 'usd'),
    ]);
  }

  private async buyPackage(wallet: Wallet): Promise<void> {
    const { id, amountMinor, credits } = this.dependencies.random.of(packages);
    const session = await this.buy(wallet, { package: id });
    if (session === undefined) return;
    const payment = wallet.pay('credits', amountMinor, credits);
    await Promise.all([
      this.takeBack(payment, String(session.payment_intent)),
      this.spendSome(wallet, 'credits'),
      this.holdSome(wallet, 'credits'),
    ]);
  }

  private async subscribe(wallet: Wallet): Promise<void> {
    const { random, control, isOver } = this.dependencies;
    const quantity = 1 + random.below(3);
    const session = await this.buy(wallet, { price: 'membership-monthly', quantity });
    if (session === undefined) return;
    const subscriptionId = String(session.subscription);
    const payments = [await this.payInvoice(wallet, subscriptionId, quantity)];
    for (let renewals = random.below(3); renewals > 0 && !isOver(); renewals -= 1) {
      await control.renewSubscription(subscriptionId);
      this.figures.renewals += 1;
      payments.push(await this.payInvoice(wallet, subscriptionId, quantity));
    }
    await Promise.all([
      ...payments.map(({ payment, intentId }) => this.takeBack(payment, intentId)),
      this.spendSome(wallet, 'credits'),
    ]);
  }

  /** The subscription's last invoice, which its card has paid. */
  private async payInvoice(wallet: Wallet, subscriptionId: string, quantity: number) {
    const { stripe } = this.dependencies;
    const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(subscriptionId);
    const { data } = await stripe.invoicePayments.list({ invoice: String(invoice) });
    const { amountMinor, credits } = membership;
    return {
      payment: wallet.pay('credits', quantity * amountMinor, quantity * credits),
      intentId: String(data[0]?.payment.payment_intent),
    };
  }

  /** @returns undefined for a buyer who goes away without paying */
  private async buy(wallet: Wallet, order: object): Promise<Stripe.Checkout.Session | undefined> {
    const { random, stripe, onFault, isOver } = this.dependencies;
    if (isOver()) return undefined;
    const { status, body } = await this.ask(wallet, checkoutPath, order);
    if (status !== 201) {
      onFault(`a checkout was answered with ${status}: ${JSON.stringify(body)}`);
      return undefined;
    }
    const id = String(body.id);
    if (random.chance(0.15)) {
      wallet.unpaidSessions.add(id);
      return undefined;
    }
    const { outcome } = await payOnHostedPage(String(body.url), card);
    if (outcome !== 'paid') onFault(`the page of ${id} ended ${outcome}`);
    this.figures.purchases += 1;
    wallet.paidSessions.add(id);
    return stripe.checkout.sessions.retrieve(id);
  }

  /** Refunds, in parts, some of which fail; then perhaps a dispute about what is left. */
  private async takeBack(payment: PaidFor, intentId: string): Promise<void> {
    const { random, stripe, control, isOver } = this.dependencies;
    for (let refunds = random.below(3); refunds > 0 && !isOver(); refunds -= 1) {
      const leftMinor = payment.paidMinor - payment.takenBackMinor;
      const amount = Math.min(leftMinor, 1 + random.below(payment.paidMinor));
      if (amount === 0) return;
      const { id } = await stripe.refunds.create({ payment_intent: intentId, amount });
      this.figures.refunds += 1;
      if (random.chance(0.2)) await control.failRefund(id);
      else payment.takenBackMinor += amount;
    }
    const leftMinor = payment.paidMinor - payment.takenBackMinor;
    if (leftMinor === 0 || isOver() || random.chance(0.6)) return;
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(intentId);
    const { id } = await control.disputeCharge(String(charge), { amount: leftMinor });
    this.figures.disputes += 1;
    payment.takenBackMinor += leftMinor;
    const end = random.below(3);
    if (end === 0) return;
    await sleep(random.below(400));
    if (end === 1) {
      await control.winDispute(id);
      payment.takenBackMinor -= leftMinor;
    } else await control.loseDispute(id);
  }

  private async spendSome(wallet: Wallet, unit: string): Promise<void> {
    const amountMinor = 1 + this.dependencies.random.below(300);
    const spent = await this.debit(wallet, '/account/spend', unit, amountMinor);
    if (spent !== undefined) this.figures.spends += 1;
  }

  private async holdSome(wallet: Wallet, unit: string): Promise<void> {
    const { random, onFault, databaseStops } = this.dependencies;
    const amountMinor = 2 + random.below(300);
    const stopsBefore = databaseStops();
    const held = await this.debit(wallet, '/account/holds', unit, amountMinor);
    if (held === undefined) return;
    this.figures.holds += 1;
    const path = `/account/holds/${held.answer.body.id}`;
    const end = random.below(3);
    if (end === 0) return;
    await sleep(random.chance(0.5) ? random.below(2_500) : 0);
    const captured = end === 1 ? 1 + random.below(amountMinor) : 0;
    const answer =
      end === 1
        ? await this.ask(wallet, `${path}/capture`, { amountMinor: captured })
        : await this.ask(wallet, `${path}/release`, {});
    if (databaseStops() > stopsBefore) this.figures['holds over a stop'] += 1;
    if (answer.status === 200) held.debit.amountMinor = captured;
    else onFault(`${path} was ended with ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  /** Takes from a balance as soon as it is there. @returns undefined when it never was */
  private async debit(wallet: Wallet, path: string, unit: string, amountMinor: number) {
    const key = randomUUID();
    for (let attempt = 0; attempt < 12 && !this.dependencies.isOver(); attempt += 1) {
      const order = { unit, amountMinor, reason: 'torture' };
      const answer = await this.ask(wallet, path, order, key);
      if (answer.status === 201) return { answer, debit: wallet.debit(unit, amountMinor) };
      if (answer.body.code !== 'insufficient_funds') {
        this.dependencies.onFault(`${path} was answered with ${JSON.stringify(answer.body)}`);
        return undefined;
      }
      await sleep(150);
    }
    return undefined;
  }

  /** As a careful client asks: the same again, of either service, until there is an answer. */
  private async ask(
    { userId }: Wallet,
    path: string,
    body: object,
    firstKey: string = randomUUID(),
  ): Promise<Answer> {
    const { random, serviceUrls } = this.dependencies;
    const deadline = performance.now() + answerWithinMillis;
    let key = firstKey;
    for (;;) {
      const service = { url: random.of(serviceUrls) };
      const answer = await ask(service, userId, path, body, { key }).catch(() => undefined);
      const isInUse = answer?.body.code === 'idempotency_key_in_use';
      // Who held the key was killed, and its lease is longer than this buyer is patient. Nothing was
      // paid yet, so that another checkout is as good; another spend would not be.
      if (isInUse && path === checkoutPath) key = randomUUID();
      else if (answer !== undefined && !isInUse && answer.status !== 503) return answer;
      if (performance.now() > deadline) {
        throw new Error(`${path} had no answer in ${answerWithinMillis} ms: ${answer?.status}`);
      }
      await sleep(100 + random.below(200));
    }
  }
}
