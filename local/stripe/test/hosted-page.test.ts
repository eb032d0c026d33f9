import type Stripe from 'stripe';
import { cancelOnHostedPage, payOnHostedPage } from '../visitors/buyer';
import { closeReceivers, startReceiver } from './receiver';
import { closeAll, createSession, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;

beforeEach(async () => {
  local = await start();
  ({ stripe } = local);
});
afterEach(async () => {
  await closeAll();
  await closeReceivers();
});

const goodCard = { card: '4242 4242 4242 4242' };

async function typesOldestFirst(): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.map(({ type }) => type).reverse();
}

describe('paying on the hosted page', () => {
  test('L1: the good card pays: session, payment, charge and the four events', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'jenny@example.com' });
    const session = await createSession(stripe, {
      customer,
      payment_intent_data: { metadata: { user_id: 'u1' }, description: 'Top-up' },
    });
    const visit = await payOnHostedPage(pageOf(session), goodCard);
    expect(visit).toEqual({
      outcome: 'paid',
      redirectUrl: `https://shop.example/thanks?session=${session.id}`,
    });
    const paid = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge'],
    });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer,
      customer_details: { email: 'jenny@example.com' },
      payment_intent: {
        status: 'succeeded',
        amount: 1000,
        customer,
        metadata: { user_id: 'u1' },
        latest_charge: { status: 'succeeded', customer },
      },
    });
    expect((await typesOldestFirst()).slice(-4)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const { data } = await stripe.events.list({ type: 'checkout.session.completed' });
    expect(data[0]?.data.object).toMatchObject({ id: session.id, payment_status: 'paid' });
  });

  test('L1: a declined card says so, the session stays open, and another card pays', async () => {
    const session = await createSession(stripe);
    const declined = await payOnHostedPage(pageOf(session), { card: '4000 0000 0000 0002' });
    expect(declined).toEqual({ outcome: 'declined', message: 'Your card was declined.' });
    const open = await stripe.checkout.sessions.retrieve(session.id);
    expect(open).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    const types = await typesOldestFirst();
    expect(types).toEqual(
      expect.arrayContaining(['charge.failed', 'payment_intent.payment_failed']),
    );
    expect(types).not.toContain('checkout.session.completed');

    await payOnHostedPage(pageOf(session), goodCard);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    expect(paid).toMatchObject({ status: 'complete', payment_intent: open.payment_intent });
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  test.each([
    ['a mistyped number', { card: '4242 4242 4242 4241' }, /card number is invalid/],
    ['letters for a number', { card: 'abcd' }, /card number is invalid/],
    ['an expiry of the past', { ...goodCard, expiry: '01 / 20' }, /in the past/],
    ['an expiry of no month', { ...goodCard, expiry: '13 / 40' }, /MM \/ YY/],
    ['a short CVC', { ...goodCard, cvc: '12' }, /security code is incomplete: it has 3 digits/],
    ['an e-mail address that is none', { ...goodCard, email: 'jenny' }, /valid email/],
  ])('L1: %s is an error at its field, and nothing is charged', async (_what, details, message) => {
    const session = await createSession(stripe);
    const visit = await payOnHostedPage(pageOf(session), details);
    expect(visit.outcome).toBe('invalid');
    expect(visit.message).toMatch(message);
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  test('L1: a card that is no test card is declined as in test mode', async () => {
    const visit = await payOnHostedPage(pageOf(await createSession(stripe)), {
      card: '4111 1111 1111 1111',
    });
    expect(visit.outcome).toBe('declined');
    expect(visit.message).toMatch(/used a non test \(live\) card/);
  });

  test('L1: a session is paid once, however often and by how many at a time Pay is pressed', async () => {
    const session = await createSession(stripe);
    const visits = await Promise.all(
      Array.from({ length: 5 }, () => payOnHostedPage(pageOf(session), goodCard)),
    );
    const outcomes = visits.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual([
      'already_paid',
      'already_paid',
      'already_paid',
      'already_paid',
      'paid',
    ]);
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });

  test('L1: the buyer is sent back only when the webhook has answered', async () => {
    let answered = false;
    const receiver = await startReceiver(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      answered = true;
      return 200;
    });
    await stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['checkout.session.completed'],
    });
    await payOnHostedPage(pageOf(await createSession(stripe)), goodCard);
    expect(answered).toBe(true);
  });

  test('L1: Cancel leads to cancel_url and changes nothing', async () => {
    const session = await createSession(stripe, { cancel_url: 'https://shop.example/?a=1&b="2"' });
    expect(await cancelOnHostedPage(pageOf(session))).toEqual({
      outcome: 'canceled',
      redirectUrl: 'https://shop.example/?a=1&b="2"',
    });
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'open' });
  });

  test('L2: a customer is made where the session asks for one', async () => {
    const session = await createSession(stripe, { customer_creation: 'always' });
    await payOnHostedPage(pageOf(session), { ...goodCard, email: 'new@example.com' });
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['customer'] });
    expect(paid.customer).toMatchObject({ email: 'new@example.com' });
  });
});

describe('the page itself', () => {
  const pageText = async (session: Stripe.Checkout.Session) => {
    const response = await fetch(pageOf(session));
    return { response, text: await response.text() };
  };

  test.each([
    ['usd', 123_456, '$1,234.56'],
    ['jpy', 1000, '¥1,000'],
    ['kwd', 12_340, 'KWD&nbsp;12.340'],
  ])('L1: an amount in %s is shown with its decimals', async (currency, unitAmount, shown) => {
    const session = await createSession(stripe, {
      line_items: [
        {
          quantity: 1,
          price_data: { currency, unit_amount: unitAmount, product_data: { name: 'A' } },
        },
      ],
    });
    const { text } = await pageText(session);
    expect(text.replaceAll('\u00a0', '&nbsp;')).toContain(`Pay ${shown}`);
  });

  test('L1: names and addresses are text, whatever they hold', async () => {
    const attack = `"><script>alert('1')</script>`;
    const session = await createSession(stripe, {
      cancel_url: `https://shop.example/?q=${attack}`,
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: 100, product_data: { name: attack } },
        },
      ],
    });
    const { response, text } = await pageText(session);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
    const answer = await payOnHostedPage(pageOf(session), { ...goodCard, email: attack });
    expect(answer.outcome).toBe('invalid');
  });

  test('L1: another site cannot submit the form', async () => {
    const session = await createSession(stripe);
    const response = await fetch(pageOf(session), {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: new URLSearchParams({
        cardNumber: '4242424242424242',
        cardExpiry: '12/40',
        cardCvc: '123',
        email: 'a@example.com',
      }),
    });
    expect(response.status).toBe(404);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'open' });
  });

  test('L1: there is no page where there is no session', async () => {
    const response = await fetch(`${local.url}/c/pay/cs_test_none`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('could not be found');
    await expect(payOnHostedPage(`${local.url}/c/pay/cs_test_none`, goodCard)).rejects.toThrow(
      /HTTP 404\. Is it the url of a checkout session/,
    );
  });
});
