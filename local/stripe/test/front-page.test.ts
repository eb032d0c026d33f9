import type Stripe from 'stripe';
import { unescapeHtml } from '../hosted-pages/html';
import { shopPath } from '../hosted-pages/routes';
import { payOnHostedPage } from '../visitors/buyer';
import { goodCard } from './billing';
import { closeAll, createSession, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;

beforeEach(async () => {
  local = await start({ now: () => new Date('2026-11-21T12:00:00Z') });
  ({ stripe } = local);
});
afterEach(closeAll);

const markupOf = async (path: string) => (await fetch(new URL(path, local.url))).text();
const textOf = async (path: string) =>
  (await markupOf(path))
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

/** Presses the first button that is so called, as a browser does. */
async function press(label: string, headers: Record<string, string> = {}): Promise<Response> {
  const forms = [...(await markupOf('/')).matchAll(/<form\b[^>]*>(.*?)<\/form>/gs)];
  const form = forms.map(([, inner = '']) => inner).find((inner) => inner.includes(`>${label}<`));
  if (form === undefined) throw new Error(`there is no button ${label}`);
  const inputs = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  const body = new URLSearchParams(
    Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescapeHtml(value)])),
  );
  return fetch(local.url, { method: 'POST', body, headers });
}

async function paidBy(user: string, change: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  const { id: customer } = await stripe.customers.create({ metadata: { shop_user_id: user } });
  const session = await createSession(stripe, { customer, ...change });
  await payOnHostedPage(pageOf(session), goodCard);
  return session;
}

test('L4: lists say whose a payment is, what it was for, and when it was', async () => {
  await paidBy('alice');
  const text = await textOf('/');
  expect(text).toContain('Top-up $10.00 alice · 21 Nov, 12:00:00 UTC · pi_');
  expect(text).toContain(
    'checkout.session.completed 21 Nov, 12:00:00 UTC · no endpoint takes it · evt_',
  );
});

test('L4: a payment is refunded and disputed by buttons, and both are shown', async () => {
  await paidBy('alice');
  const pressed = await press('Refund half');
  expect([pressed.status, await pressed.text()]).toEqual([
    200,
    expect.stringContaining('Done: <code>POST /v1/refunds</code>'),
  ]);
  expect(await textOf('/')).toContain('$5.00 refunded');
  await press('Dispute');
  expect(await textOf('/')).toContain('A dispute: fraudulent $5.00 alice');
  await press('You win');
  const { data } = await stripe.disputes.list();
  expect(data.map(({ status }) => status)).toEqual(['won']);
});

test('L4: banks, time and failures have their buttons, too', async () => {
  const session = await createSession(stripe);
  await payOnHostedPage(pageOf(session), { method: 'us_bank_account' });
  expect(await textOf('/')).toContain('A bank debit for Top-up $10.00');
  await press('The bank pays');
  expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');

  await press('The next request fails');
  await press('The next checkout makes no event');
  const text = await textOf('/');
  expect(text).toContain('status 500 for the next 1 of * *');
  expect(text).toContain('no event for the next 1 of checkout.session.completed');
  await press('Clear the faults');
  await press('Let events be made');
  expect([await local.control.faults(), await local.control.suppressions()]).toEqual([[], []]);
});

test('L4: what is refused is shown as the API says it', async () => {
  await paidBy('alice');
  await local.control.addFault({ kind: 'status', status: 429 });
  const refused = await press('Refund');
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringMatching(/role="alert">Request rate limit exceeded/),
  ]);
});

test('L4: another site presses no button, and a form calls nothing else', async () => {
  await paidBy('alice');
  await press('Refund', { origin: 'https://evil.example' });
  expect((await stripe.refunds.list()).data).toEqual([]);
  const body = new URLSearchParams({ path: '/v1/customers' });
  const other = await fetch(local.url, { method: 'POST', body });
  expect([other.status, await other.text()]).toEqual([
    422,
    expect.stringContaining('No button calls this.'),
  ]);
});

describe('the page that stands for a shop', () => {
  const back = (query: string) => textOf(`${shopPath}/?${query}`);

  test('L4: tells what was paid from what a bank has yet to pay, and from what nobody paid', async () => {
    const paid = await paidBy('alice');
    expect(await back(`checkout=success&session_id=${paid.id}`)).toContain('payment went through');
    const debit = await createSession(stripe);
    expect(await back(`checkout=success&session_id=${debit.id}`)).toContain(
      'Nothing has been paid',
    );
    await payOnHostedPage(pageOf(debit), { method: 'us_bank_account' });
    expect(await back(`checkout=success&session_id=${debit.id}`)).toContain('has yet to pay');
    expect(await textOf(pageOf(debit))).toContain('Your bank has yet to pay');
    expect(await back('checkout=success')).toContain('nobody can say what came of it');
    expect(await back('checkout=canceled')).toContain('Nothing was paid');
  });

  test('L4: leads back', async () => {
    const markup = await markupOf(`${shopPath}/?checkout=canceled`);
    expect(markup).toMatch(/<a class="quiet-button" href="\/">/);
    const open = await createSession(stripe);
    expect(await markupOf(`${shopPath}/?checkout=success&session_id=${open.id}`)).toContain(
      `href="${open.url}"`,
    );
  });
});

test('L4: a decline keeps what was typed', async () => {
  const page = pageOf(await createSession(stripe));
  const typed = {
    cardNumber: '4000 0000 0000 0002',
    cardExpiry: '12 / 49',
    cardCvc: '123',
    billingName: 'Jenny Rosen',
    email: 'jenny@example.com',
  };
  const body = new URLSearchParams(typed);
  const declined = await fetch(page.split('#')[0] ?? '', { method: 'POST', body });
  const markup = await declined.text();
  expect(declined.status).toBe(402);
  for (const [name, value] of Object.entries(typed)) {
    expect(markup).toMatch(new RegExp(`name="${name}"[^>]* value="${value}"`));
  }
});
