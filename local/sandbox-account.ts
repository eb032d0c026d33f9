import { readFileSync } from 'node:fs';
import type { StripeAccount } from './local-account';
import { StripeListen } from './stripe-listen';

export interface SandboxAccount extends StripeAccount {
  /** Has Stripe's events forwarded to the service from now on. */
  forwardTo(webhookUrl: string, logFile: string): void;
}

interface SandboxOptions {
  readonly keyFile: string;
  /** @default - Stripe's own */
  readonly apiBase: string | undefined;
  /** Given: the developer has the events delivered, and signed with it. */
  readonly webhookSecret: string | undefined;
  /** Where Stripe's CLI keeps what it keeps. */
  readonly cliFolder: string;
}

/**
 * A real account in test mode, by the key in a file.
 * @throws Error when the key is of no sandbox, or when Stripe does not take it
 */
export async function openSandbox(options: SandboxOptions): Promise<SandboxAccount> {
  const { keyFile, apiBase, webhookSecret, cliFolder } = options;
  const key = readKey(keyFile);
  const listen = new StripeListen(key, apiBase, cliFolder);
  return {
    apiBase: apiBase ?? 'https://api.stripe.com',
    key,
    listenSecret: webhookSecret ?? (await listen.secret()),
    forwardTo(webhookUrl, logFile) {
      if (webhookSecret === undefined) listen.start(webhookUrl, logFile);
    },
    close: () => listen.stop(),
  };
}

function readKey(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  if (/^[sr]k_test_\w+$/.test(key)) return key;
  const seen = /^[sr]k_live_/.test(key)
    ? 'a live key, which moves real money'
    : 'no secret key of a sandbox';
  throw new Error(
    `${file} holds ${seen}; store one line that begins with sk_test_ or rk_test_, from the ` +
      "sandbox's API keys in Stripe's dashboard",
  );
}
