#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type LocalStripe, startLocalStripe } from './server';

/** How it was called, so that what is printed can be typed: by npx, or by a script of package.json. */
function commandName(): string {
  const script = process.env.npm_lifecycle_event;
  return script === undefined || script === 'npx' ? 'npx local-stripe' : `npm run ${script} --`;
}

const usage =
  () => `${commandName()} [--port 12111] [--state .local-stripe.json] [--settle-after 10]
  --port          where to listen on 127.0.0.1; 0 takes a free port (default: 12111, as stripe-mock)
  --state         a file that remembers everything from run to run (default: nothing is kept)
  --settle-after  seconds after which banks answer to debits and pending refunds
                  (default: when a control says so; two of Stripe's test accounts are
                  answered for after three minutes, as the page lists them)
  --help          this, and the controls`;

const controls = `Controls: what the original leaves to banks, buyers and chance, as POSTs that need no key
  /_local/checkout/sessions/{id}/settle | fail   the bank answers to a debit
  /_local/payment_intents/{id}/authenticate | fail-authentication   the buyer answers to 3D Secure
  /_local/refunds/{id}/settle | fail             the bank answers to a refund
  /_local/charges/{id}/dispute                   amount, reason: fraudulent, general, inquiry,
                                                 product_not_received
  /_local/disputes/{id}/win | lose | escalate    the bank decides
  /_local/subscriptions/{id}/renew               payment_method: the card that pays from now on
  /_local/subscriptions/{id}/end-trial | trial-will-end | expire   what time does
  /_local/invoices/{id}/pay | fail               give_up: cancel, mark_unpaid
  /_local/events/suppress                        types[], times: events that are never made.
                                                 GET lists them, DELETE clears them
  /_local/faults                                 kind: status, timeout, slow, lost_answer; method,
                                                 path (* is a wildcard), status, message, delay_ms,
                                                 times. GET lists them, DELETE clears them
For example:
  curl -X POST http://127.0.0.1:12111/_local/refunds/re_…/fail
  curl http://127.0.0.1:12111/_local/faults -d kind=status -d status=429 -d path='/v1/refunds*'`;

interface Arguments {
  readonly port: number;
  readonly stateFile: string | undefined;
  readonly settleAfterSeconds: number | undefined;
}

/** Nothing when only help was asked for. */
function readArguments(): Arguments | undefined {
  const options = {
    help: { type: 'boolean', default: false },
    port: { type: 'string', default: '12111' },
    'settle-after': { type: 'string' },
    state: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, got '${values.port}'`);
  }
  const { 'settle-after': settleAfter } = values;
  if (settleAfter !== undefined && !/^\d{1,6}$/.test(settleAfter)) {
    throw new Error(`--settle-after must be a whole number of seconds, got '${settleAfter}'`);
  }
  return {
    port,
    stateFile: values.state,
    settleAfterSeconds: settleAfter === undefined ? undefined : Number(settleAfter),
  };
}

function explained(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken. Stop what listens there, or choose another: ${commandName()} --port ${port + 1} (0 takes a free one)`;
  }
  if (code === 'EACCES') {
    return `Port ${port} is reserved for the administrator. Choose one above 1023: ${commandName()} --port 12111`;
  }
  return error instanceof Error ? error.message : String(error);
}

function welcome({ url, port }: LocalStripe): string {
  return `Local Stripe on ${url} (Ctrl-C stops it)

stripe-node:
  new Stripe('sk_test_local0000000000', { host: '127.0.0.1', port: ${port}, protocol: 'http' })

Stripe's CLI (127.0.0.1, not localhost, which it refuses):
  export STRIPE_API_KEY=sk_test_local0000000000
  npx stripe listen --api-base ${url} --no-wss --skip-update --forward-to http://127.0.0.1:8080/webhooks/stripe
  npx stripe trigger checkout.session.completed --api-base ${url}
`;
}

async function main(): Promise<void> {
  let port = 0;
  try {
    const chosen = readArguments();
    if (chosen === undefined) {
      console.log(`${usage()}\n\n${controls}`);
      return;
    }
    port = chosen.port;
    const { settleAfterSeconds } = chosen;
    const local = await startLocalStripe({
      port,
      ...(chosen.stateFile !== undefined && { stateFile: chosen.stateFile }),
      ...(settleAfterSeconds !== undefined && { settleAfterSeconds }),
      log: (line) => console.log(line),
    });
    console.log(welcome(local));
    const stop = () => void local.close().then(() => process.exit(0));
    process.once('SIGINT', stop).once('SIGTERM', stop);
  } catch (error) {
    console.error(`${explained(error, port)}\n\n${usage()}`);
    process.exitCode = 1;
  }
}

void main();
