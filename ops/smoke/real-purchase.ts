import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpsFailure } from '../failure';
import type { Steps } from '../terminal/steps';
import { payInBrowser } from './pay-in-browser';
import { type Receipt, readReceipt, writeReceipt } from './receipt';
import type { SmokePlace } from './smoke';

/** Of users whose purchases are paid at Stripe: reconciliation asks for them as for anybody's. */
const realUserPrefix = 'tollgate:smoke-real:';
const pollMillis = 2_000;

export interface RealOptions {
  readonly env: string;
  readonly createOnly: boolean;
  readonly verifyOnly: boolean;
  readonly receipt?: string;
  /** Whether to open a browser. */
  readonly open: boolean;
  readonly waitMinutes: number;
}

export interface RealPurchase {
  readonly url: string;
  /** The receipt's file. */
  readonly receipt: string;
}

/**
 * Has somebody pay at Stripe, sees that Stripe's own delivery credits it, and refunds it.
 * @param browser the executable of the one that pays. @default - a person pays
 * @returns where to pay, and the file of the receipt
 * @throws OpsFailure where it is not paid in time, or not credited by exactly the amount
 */
export async function buyForReal(
  place: SmokePlace,
  options: RealOptions,
  steps: Steps,
  browser?: string,
): Promise<RealPurchase> {
  checkOptions(options);
  const { file, receipt } =
    options.verifyOnly && options.receipt !== undefined
      ? { file: options.receipt, receipt: readReceipt(options.receipt, options.env) }
      : await begin(place, options, steps);
  if (browser !== undefined) await payByItself(receipt.url, file, browser, options, steps);
  if (!options.createOnly) await verify(place, receipt, options, steps);
  return { url: receipt.url, receipt: file };
}

function checkOptions({ createOnly, receipt, verifyOnly }: RealOptions): void {
  if (!verifyOnly || (receipt !== undefined && !createOnly)) return;
  throw new OpsFailure(
    createOnly
      ? '--create-only and --verify-only are the two halves'
      : '--verify-only has no receipt',
    'Run --create-only, pay, then --verify-only --receipt FILE.',
    'badUse',
  );
}

async function begin(
  place: SmokePlace,
  options: RealOptions,
  steps: Steps,
): Promise<{ readonly file: string; readonly receipt: Receipt }> {
  const { mode } = place.receiver;
  const account = place.account(`${realUserPrefix}${mode}`);
  const order = { userId: account.userId, ...(await account.smallestTopup()) };
  const hadMinor = (await account.balances()).get(order.currency) ?? 0;
  const begun: { receipt?: Receipt } = {};
  await steps.run('a checkout session', async () => {
    const { id, url } = await account.begin(order);
    begun.receipt = {
      ...{ env: options.env, sessionId: id, url, hadMinor, ...order },
      begunAt: new Date().toISOString(),
    };
    return id;
  });
  const { receipt } = begun;
  if (receipt === undefined) throw new Error('a step that ended well has begun a session');
  const file = options.receipt ?? join(tmpdir(), `tollgate-${receipt.sessionId.slice(-24)}.json`);
  writeReceipt(file, receipt);
  steps.say(`Pay at this address, all of it, with the part behind the #:\n${receipt.url}`);
  steps.say(
    mode === 'live'
      ? 'It takes real money of the card, which is refunded at the end; Stripe keeps its fee.'
      : 'With card 4242 4242 4242 4242, any future date and any CVC.',
  );
  steps.say(`receipt: ${file}`);
  if (options.open) openBrowser(receipt.url);
  return { file, receipt };
}

async function payByItself(
  url: string,
  receipt: string,
  browser: string,
  { env }: RealOptions,
  steps: Steps,
): Promise<void> {
  const byHand = `Stripe may have changed its page. Pay at the address by hand, which is also in ${receipt}; then \`npm run ops -- smoke --env ${env} --real --verify-only --receipt ${receipt}\`.`;
  await steps.run('the test card, by itself', () =>
    payInBrowser(url, { browser, screenshot: `${receipt}.png`, byHand }),
  );
}

/** By what the system opens addresses with; the address is on the screen in any case. */
function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(command, [url], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}

/** Asks for the balance alone: to ask for the session would have the service ask Stripe, and credit it. */
async function verify(
  place: SmokePlace,
  receipt: Receipt,
  { waitMinutes }: RealOptions,
  steps: Steps,
): Promise<void> {
  const { amountMinor, currency, hadMinor, userId } = receipt;
  const account = place.account(userId);
  const before = new Map([[currency, hadMinor]]);
  await steps.run('the balance, by Stripe’s own webhook', async () => {
    const deadline = Date.now() + waitMinutes * 60_000;
    while (((await account.balances()).get(currency) ?? 0) === hadMinor && Date.now() < deadline) {
      await sleep(pollMillis);
    }
    return account.expect(before, amountMinor, currency);
  });
  await steps.run('the payment refunded', async () => {
    const [payment] = await account.unreversed();
    if (payment === undefined) throw new OpsFailure('there is no payment', 'See `ops ledger`.');
    await account.refund(payment.paymentId);
    return `${payment.paymentId}; ${await account.expect(before, 0, currency)}`;
  });
}
