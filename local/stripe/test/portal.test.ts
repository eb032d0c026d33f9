import type Stripe from 'stripe';
import { actInPortal, visitPortal } from '../visitors/portal';
import { customerWithCard, eventTypes, idOf, subscribed } from './billing';
import { closeAll, errorOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;
let nowMillis: number;

beforeEach(async () => {
  nowMillis = Date.now();
  local = await start({ now: () => new Date(nowMillis) });
  ({ stripe } = local);
});
afterEach(closeAll);

function openPortal(customer: string): Promise<Stripe.BillingPortal.Session> {
  return stripe.billingPortal.sessions.create({
    customer,
    return_url: 'https://shop.example/account',
  });
}

test('S17: a buyer cancels at the period’s end in the portal, takes it back, and then ends it', async () => {
  const { id, customer } = await subscribed(stripe);
  const session = await openPortal(idOf(customer));
  expect(session).toMatchObject({
    object: 'billing_portal.session',
    customer,
    return_url: 'https://shop.example/account',
    configuration: expect.stringMatching(/^bpc_/),
    url: expect.stringMatching(new RegExp(`^${local.url}/p/session/test_\\w{60}$`)),
  });
  expect(await visitPortal(session.url)).toEqual({
    subscriptions: [{ id, status: 'active' }],
    notice: null,
  });

  const asked = await actInPortal(session.url, id, 'cancel_at_period_end');
  expect(asked.notice).toBe('Your subscription will end with the period that is paid.');
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
  });
  await actInPortal(session.url, id, 'resume');
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    cancel_at_period_end: false,
    cancel_at: null,
  });
  expect(await actInPortal(session.url, id, 'cancel_now')).toMatchObject({
    subscriptions: [{ id, status: 'canceled' }],
  });
  expect((await eventTypes(stripe)).slice(-3)).toEqual([
    'customer.subscription.updated',
    'customer.subscription.updated',
    'customer.subscription.deleted',
  ]);
  await expect(actInPortal(session.url, id, 'cancel_now')).rejects.toThrow(/offers no cancel_now/);
});

test('S9: a portal shows and changes the subscriptions of its own customer alone', async () => {
  const own = await subscribed(stripe);
  const other = await subscribed(stripe);
  const { url } = await openPortal(idOf(own.customer));
  expect((await visitPortal(url)).subscriptions.map(({ id }) => id)).toEqual([own.id]);
  const refused = await fetch(`${url}/subscriptions/${other.id}`, {
    method: 'POST',
    body: new URLSearchParams({ action: 'cancel_now' }),
  });
  expect(refused.status).toBe(404);
  expect((await stripe.subscriptions.retrieve(other.id)).status).toBe('active');
});

test('L2: a form of another site cannot cancel, and an old address opens nothing', async () => {
  const { id, customer } = await subscribed(stripe);
  const { url } = await openPortal(idOf(customer));
  const refused = await fetch(`${url}/subscriptions/${id}`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ action: 'cancel_now' }),
  });
  expect(refused.status).toBe(404);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  nowMillis += 60 * 60 * 1000;
  await expect(visitPortal(url)).rejects.toThrow(/sessions end after an hour/);
});

test('L2: a configuration decides what the portal offers', async () => {
  const { id, customer } = await subscribed(stripe);
  const configuration = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: false }, subscription_cancel: { enabled: false } },
  });
  const { url } = await stripe.billingPortal.sessions.create({
    customer: idOf(customer),
    configuration: configuration.id,
  });
  await expect(actInPortal(url, id, 'cancel_now')).rejects.toThrow(/offers no cancel_now/);
  expect(await (await fetch(url)).text()).not.toContain('Invoices');
  await openPortal(idOf(customer));
  const { data } = await stripe.billingPortal.configurations.list();
  expect(data.map(({ is_default }) => is_default)).toEqual([true, false]);
});

test('L2: a portal for nobody is refused', async () => {
  expect(await errorOf(openPortal('cus_none'))).toMatchObject({
    code: 'resource_missing',
    param: 'customer',
  });
});

test('L2: an open invoice has a page of its own, on which it can be paid', async () => {
  const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
  const { id, latest_invoice } = await subscribed(stripe, { customer });
  const invoice = await stripe.invoices.retrieve(idOf(latest_invoice));
  const address = invoice.hosted_invoice_url ?? '';
  expect(await (await fetch(address)).text()).toContain('Pay $20.00 with test card 4242');
  const paid = await fetch(address, { method: 'POST', body: new URLSearchParams() });
  expect(await paid.text()).toContain('data-status="paid"');
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
});
