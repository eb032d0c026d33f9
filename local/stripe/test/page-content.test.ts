import type Stripe from 'stripe';
import { controls } from '../control/routes';
import { payOnHostedPage } from '../visitors/buyer';
import { customerWithCard, goodCard, idOf, monthlyPrice, subscribed } from './billing';
import { closeAll, createSession, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;

beforeEach(async () => {
  local = await start({ now: () => new Date('2026-11-21T12:00:00Z') });
  ({ stripe } = local);
});
afterEach(closeAll);

const markupOf = async (url: string): Promise<string> => (await fetch(url)).text();

/** What a reader sees: the text, with a space where an element begins or ends. */
async function textOf(url: string): Promise<string> {
  const markup = (await markupOf(url)).replace(/<(style|script)>.*?<\/\1>/gs, '');
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

async function subscriptionPage(
  recurring: Stripe.PriceCreateParams.Recurring,
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<string> {
  const { id: price } = await monthlyPrice(stripe, { recurring });
  const session = await createSession(stripe, {
    mode: 'subscription',
    ...change,
    line_items: [{ price, quantity: 2 }, ...(change.line_items ?? [])],
  });
  return pageOf(session);
}

const setupFee = {
  quantity: 1,
  price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Setup fee' } },
};

describe('the checkout page of a subscription', () => {
  test.each([
    [{ interval: 'month' }, 'per month'],
    [{ interval: 'month', interval_count: 3 }, 'every 3 months'],
    [{ interval: 'week', interval_count: 2 }, 'every 2 weeks'],
    [{ interval: 'year' }, 'per year'],
  ] as const)('S6: %j is said as %s, and the button subscribes', async (recurring, said) => {
    const text = await textOf(await subscriptionPage(recurring));
    expect(text).toContain(` Subscribe to Team plan $40.00 ${said} `);
    expect(text).toContain(` 2 × $20.00 ${said} `);
    expect(text).toMatch(/ Name on card +Subscribe /);
  });

  test('S6: what is due today is told from what every period costs', async () => {
    const page = await subscriptionPage({ interval: 'month' }, { line_items: [setupFee] });
    expect(await textOf(page)).toContain(' $45.00 due today Then $40.00 per month Team plan ');
  });

  test('S6: a trial says when the first payment comes, and the button starts the trial', async () => {
    const text = await textOf(
      await subscriptionPage({ interval: 'year' }, { subscription_data: { trial_period_days: 7 } }),
    );
    expect(text).toContain(' $0.00 due today Then $40.00 per year from November 28, 2026 ');
    expect(text).toMatch(/ Name on card +Start trial /);
  });
});

test('S6: the portal and the invoice say how often a subscription is paid', async () => {
  const recurring = { interval: 'month', interval_count: 3 } as const;
  const { id: price } = await monthlyPrice(stripe, { recurring });
  const { customer, latest_invoice } = await subscribed(stripe, { items: [{ price }] });
  const portal = await stripe.billingPortal.sessions.create({ customer: idOf(customer) });
  expect(await textOf(portal.url)).toContain(' $20.00 every 3 months ');
  const invoice = await stripe.invoices.retrieve(idOf(latest_invoice));
  expect(invoice.lines.data[0]?.description).toBe('1 × Team plan (at $20.00 / every 3 months)');
});

async function authenticationPage(): Promise<string> {
  const { next_action } = await stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
    return_url: 'https://shop.example/',
  });
  return next_action?.redirect_to_url?.url ?? '';
}

test('L1: every page says that it is in test mode', async () => {
  const customer = await customerWithCard(stripe);
  const { latest_invoice } = await subscribed(stripe, { customer });
  const invoice = await stripe.invoices.retrieve(idOf(latest_invoice));
  const pages = [
    pageOf(await createSession(stripe)),
    await authenticationPage(),
    (await stripe.billingPortal.sessions.create({ customer })).url,
    invoice.hosted_invoice_url ?? '',
    `${local.url}/c/pay/cs_test_none`,
    `${local.url}/p/session/none`,
    `${local.url}/`,
  ];
  for (const page of pages) {
    expect([page, (await textOf(page)).match(/Local Stripe TEST MODE/g)]).toEqual([
      page,
      ['Local Stripe TEST MODE'],
    ]);
  }
});

test('L1: the printed address names the controls and leads to the checkouts that are open', async () => {
  const paidPage = pageOf(await createSession(stripe));
  const open = await createSession(stripe);
  expect(await markupOf(`${local.url}/`)).toContain(`href="${paidPage}"`);
  await payOnHostedPage(paidPage, goodCard);
  const markup = await markupOf(`${local.url}/`);
  const checkouts = listIn(markup, 'open-checkouts');
  expect(checkouts).toContain(`<a href="${open.url}">Top-up</a>`);
  expect(checkouts.match(/class="amount"/g)).toHaveLength(1);
  expect(markup.match(/<li><code>/g)).toHaveLength(controls.length);
  expect(markup).toContain('<code>POST /_local/refunds/{id}/fail</code>');
});

/** The rows of one list of the front page. */
function listIn(markup: string, name: string): string {
  return markup.split(`<ul class="rows" aria-labelledby="${name}">`)[1]?.split('</ul>')[0] ?? '';
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio of two colours such as `#d5dae3`. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('L1: the borders of inputs and buttons stand out 3:1 in both themes (WCAG 2.2, 1.4.11)', async () => {
  const markup = await markupOf(pageOf(await createSession(stripe)));
  const themes = [...markup.matchAll(/:root \{(.*?)\}/gs)].map(
    ([, body = '']) =>
      new Map([...body.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, k, v]) => [k, v])),
  );
  const borders = ['input', '.quiet-button', '.methods a'].map(
    (control) => markup.split(`\n${control} {`)[1]?.match(/ border: 1px solid var\(--(\w+)\)/)?.[1],
  );
  expect(themes).toHaveLength(2);
  for (const theme of themes) {
    for (const border of borders) {
      for (const around of ['field', 'ground', 'panel']) {
        const ratio = contrast(theme.get(border) ?? '', theme.get(around) ?? '');
        expect({ border, around, isEnough: ratio >= 3 }).toEqual({
          border,
          around,
          isEnough: true,
        });
      }
    }
  }
});
