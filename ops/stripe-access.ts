import { type Command, InvalidArgumentError, Option } from 'commander';
import type Stripe from 'stripe';
import { Problem, type ProblemCode, problems } from '../service/errors';
import { StripeClient } from '../service/stripe/client';
import { OpsFailure } from './failure';

/** Where Stripe is asked. */
export interface StripeOptions {
  readonly stripeApiBase: URL;
}

/** For commands that ask Stripe. The address is for rehearsals alone, hence not in the help. */
export function withStripe(command: Command): Command {
  return command.addOption(
    new Option('--stripe-api-base <url>', 'another address of the Stripe API')
      .default(new URL('https://api.stripe.com'))
      .argParser(parseApiBase)
      .hideHelp(),
  );
}

/** A key goes there with each request: in the clear at most to this machine. */
function parseApiBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = /^(127\.0\.0\.1|localhost)$/.test(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url;
  throw new InvalidArgumentError('expected https://…, or http:// on this machine.');
}

const fixes: Partial<Record<ProblemCode, string>> = {
  stripe_secret_key_rejected:
    'Copy a key that is not revoked from the API keys in Stripe’s dashboard.',
  stripe_permission_missing:
    'Grant the permission that is named to the key, in Stripe’s dashboard; or give another key.',
  stripe_unavailable: 'Check the network and https://status.stripe.com; run it again.',
};

/** Stripe's API, by the service's own client, with its errors as an operator reads them. */
export class StripeAccess {
  private readonly client: StripeClient;

  constructor(key: string, { stripeApiBase }: StripeOptions) {
    this.client = new StripeClient(key, stripeApiBase);
  }

  /** @param what was being done, such as `listing the webhook endpoints` */
  async ask<Answer>(what: string, use: (stripe: Stripe) => Promise<Answer>): Promise<Answer> {
    try {
      return await this.client.call(use);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { title, fix } = problems[error.code];
      throw new OpsFailure(
        `${what}: ${title}: ${withoutKeys(error.detail)}`,
        fixes[error.code] ?? fix,
      );
    }
  }

  /** One call that reads, with a permission that the service cannot do without. */
  async checkKey(): Promise<string> {
    await this.ask('asking Stripe with this key', (stripe) =>
      stripe.checkout.sessions.list({ limit: 1 }),
    );
    return 'Stripe takes it';
  }
}

/** Stripe repeats a rejected key in part. */
function withoutKeys(text: string): string {
  return text.replace(/\b[a-z]+_(test|live)_[^\s.,]+/g, 'the key');
}
