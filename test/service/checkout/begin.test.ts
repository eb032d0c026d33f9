import { randomUUID } from 'node:crypto';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { recordStripe } from '../../support/recorded-stripe';
import { startTestService } from '../../support/running-service';
import {
  askToBegin,
  begin,
  card,
  deliverEvents,
  newUser,
  openShop,
  type Shop,
} from '../../support/selling';

const topup = { amountMinor: 1000, currency: 'usd' };
let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** A checkout that was begun, and what repeats the very same request. */
async function begun() {
  const userId = newUser();
  const key = randomUUID();
  const session = await begin(shop, userId, { topup }, { key });
  return { userId, session, repeat: () => askToBegin(shop, userId, { topup }, { key }) };
}

const letTimePass = (sessionId: string) =>
  shop.database.query(
    "update checkouts set expires_at = now() - interval '1 minute' where session_id = $1",
    [sessionId],
  );
/** As when the process died before it had kept the answer, and its lease has run out. */
const forgetAnswers = () => shop.database.query('delete from idempotency_keys');

const expired = (sessionId: string) => ({
  status: 409,
  body: { code: 'checkout_session_expired', sessionId },
});

test.each([
  ['its answer was kept', () => Promise.resolve()],
  ['its answer was lost', forgetAnswers],
])(
  'S8, S12: a checkout that is asked for again while it is open is the same, when %s',
  async (_, lose) => {
    const { session, repeat } = await begun();
    await lose();
    expect(await repeat()).toMatchObject({ status: 201, body: session });
  },
);

test.each([
  ['its answer was kept', () => Promise.resolve()],
  ['its answer was lost', forgetAnswers],
])('S12: one whose time is over is refused with its id, when %s', async (_, lose) => {
  const { userId, session, repeat } = await begun();
  await letTimePass(session.id);
  await lose();
  expect(await repeat()).toMatchObject(expired(session.id));
  const another = await begin(shop, userId, { topup }, { key: randomUUID() });
  expect(another.id).not.toBe(session.id);
});

test('S12: one that was expired before its time is refused as soon as Stripe has told', async () => {
  const { session, repeat } = await begun();
  await shop.stripe.checkout.sessions.expire(session.id);
  await deliverEvents(shop, 'checkout.session.expired', session.id);
  expect(await repeat()).toMatchObject(expired(session.id));
});

test('S12: one that was paid keeps its answer, so that nobody is led to pay again', async () => {
  const { session, repeat } = await begun();
  await payOnHostedPage(session.url, card);
  await deliverEvents(shop, 'checkout.session.completed', session.id);
  await letTimePass(session.id);
  expect(await repeat()).toMatchObject({ status: 201, replayed: 'true', body: session });
});

test.each([
  ['a top-up', { topup: { amountMinor: 1000, currency: 'eur' } }, 'eur'],
  ['a package', { package: 'starter' }, 'usd'],
  ['a price once', { price: 'lifetime-access' }, 'usd'],
  ['a subscription', { price: 'membership-monthly' }, 'usd'],
  ['an item', { item: { reference: 'sticker' } }, 'usd'],
])(
  'S4, S6: the page of %s is in its currency, and Stripe chooses none of its own',
  async (_name, body, currency) => {
    const recorded = await recordStripe(shop.localStripe.url);
    const service = await startTestService(shop.database.url, {
      STRIPE_API_BASE: recorded.url,
      STRIPE_CURRENCY: 'usd,eur',
    });
    await begin({ service }, newUser(), body);
    const [sent] = recorded.sentTo('/v1/checkout/sessions');
    expect(sent?.get('currency')).toBe(currency);
    await service.stop();
    await recorded.close();
  },
);
