import { rmSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { OpsFailure } from '../failure';

/** How to pay without a person. */
export interface Automation {
  /** The executable of a Chromium or a Chrome. */
  readonly browser: string;
  /** Where to keep what the page looked like when it could not be paid. */
  readonly screenshot: string;
  /** What to do then: the page stays open, for a person to pay. */
  readonly byHand: string;
  /** How long the page may take for each step. @default 30000 */
  readonly stepTimeoutMillis?: number;
}

/** How long the browser itself may take, to start or to draw a picture: a step's time is the page's alone. */
const browserTimeoutMillis = 60_000;

/** What Stripe's page is known by; Stripe promises none of it. The local Stripe's page has the same. */
const parts = {
  cardChoice: '[data-testid="card-accordion-item-button"]',
  number: '#cardNumber',
  expiry: '#cardExpiry',
  cvc: '#cardCvc',
  submit: '[data-testid="hosted-payment-submit-button"]',
} as const;

/** Asked for only where Stripe wants it: by country, by what it knows of the customer. */
const ifAskedFor = { '#email': 'smoke-test@example.com', '#billingName': 'Smoke Test' } as const;
/** Of a country of whose cards Stripe asks for no postal code. */
const country = 'NL';

/**
 * Pays a checkout session of test mode at Stripe's page, with Stripe's test card.
 * @returns what was done, in words
 * @throws OpsFailure that says at which step; the browser is closed in any case
 */
export async function payInBrowser(url: string, automation: Automation): Promise<string> {
  const { browser: executable, stepTimeoutMillis = 30_000 } = automation;
  const browser = await launch(executable);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(stepTimeoutMillis);
    for (const [step, take] of stepsOf(url)) {
      await take(page).catch(async (error: unknown) => {
        throw await failureAt(step, error, page, automation);
      });
    }
    return `paid in ${executable}`;
  } finally {
    await browser.close();
  }
}

async function launch(executablePath: string): Promise<Browser> {
  // Read here, so that nobody else waits for it.
  const { chromium } = await import('playwright-core');
  // Chromium has no sandbox for root.
  const chromiumSandbox = process.getuid?.() !== 0;
  const options = { executablePath, chromiumSandbox, timeout: browserTimeoutMillis };
  return chromium.launch(options).catch((error: unknown) => {
    const text = String(error);
    const [, said = text.split('\n')[0]] = /\[err\] (.+)/.exec(text) ?? [];
    throw new OpsFailure(
      `${executablePath} does not start: ${said}`,
      'Name another Chromium or Chrome by --browser PATH, or leave out --automate and pay by hand.',
    );
  });
}

type Step = readonly [string, (page: Page) => Promise<unknown>];

function stepsOf(url: string): readonly Step[] {
  const inYears = (new Date().getFullYear() + 3) % 100;
  return [
    ['opening the page', (page) => page.goto(url, { waitUntil: 'domcontentloaded' })],
    ['choosing to pay by card', chooseCard],
    ['the card’s number', (page) => page.fill(parts.number, '4242 4242 4242 4242')],
    ['the card’s expiry', (page) => page.fill(parts.expiry, `12 / ${inYears}`)],
    ['the card’s CVC', (page) => page.fill(parts.cvc, '123')],
    ['what else is asked for', fillTheRest],
    ['paying, and being sent back', submit],
  ];
}

/** Where several ways to pay are offered, the card's form is folded up. */
async function chooseCard(page: Page): Promise<void> {
  const number = page.locator(parts.number);
  const choice = page.locator(parts.cardChoice);
  await number.or(choice).first().waitFor({ state: 'attached' });
  // Something of the page lies above it, which would take the click of a mouse.
  if (!(await number.isVisible())) await choice.dispatchEvent('click');
}

async function fillTheRest(page: Page): Promise<void> {
  for (const [part, value] of Object.entries(ifAskedFor)) {
    const field = page.locator(part);
    if ((await field.isVisible()) && (await field.isEditable())) await field.fill(value);
  }
  const chosen = page.locator('#billingCountry');
  if (await chosen.isVisible()) await chosen.selectOption(country);
  // Whoever has the card saved is asked for a telephone.
  const saving = page.locator('#enableStripePass');
  if ((await saving.isVisible()) && (await saving.isChecked())) {
    await saving.uncheck({ force: true });
  }
}

/** Only that Stripe sends back is waited for: the shop's page may not be reached from here. */
async function submit(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  const sentBack = page.waitForRequest((request) => {
    const to = new URL(request.url());
    const isHere = to.origin === origin && to.pathname.startsWith('/c/');
    return request.isNavigationRequest() && request.frame() === page.mainFrame() && !isHere;
  });
  await Promise.all([sentBack, page.click(parts.submit)]);
}

async function failureAt(
  step: string,
  error: unknown,
  page: Page,
  { byHand, screenshot }: Automation,
): Promise<OpsFailure> {
  const [reason] = String(error instanceof Error ? error.message : error).split('\n');
  const told = await page
    .getByRole('alert')
    .allInnerTexts()
    .catch(() => []);
  const said = told.length === 0 ? '' : `; the page says: ${told.join(' ')}`;
  const picture = await keepPicture(page, screenshot);
  return new OpsFailure(`at “${step}”: ${reason}${said}${picture}`, byHand);
}

/** Nobody else may see it: it shows who buys what. @returns where it is, in words */
async function keepPicture(page: Page, file: string): Promise<string> {
  try {
    const picture = await page.screenshot({ timeout: browserTimeoutMillis });
    rmSync(file, { force: true });
    writeFileSync(file, picture, { mode: 0o600, flag: 'wx' });
    return `; it looked like ${file}`;
  } catch {
    return '; no picture could be taken of it';
  }
}
