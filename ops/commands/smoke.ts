import { type Command, InvalidArgumentError } from 'commander';
import { readDeployed } from '../aws/deployed';
import { type ChangeOptions, runCommand, withChange } from '../command';
import { DeployedSecrets } from '../secrets/deployed-secrets';
import { confirmProduction } from '../service/confirmation';
import { withUrl } from '../service/url';
import { type AutomationOptions, browserFor, refuseInLiveMode } from '../smoke/automation';
import { buyForReal } from '../smoke/real-purchase';
import { smoke } from '../smoke/smoke';
import { findSmokePlace, type SmokeOptions, withToken } from '../smoke/smoke-place';
import { withStripe } from '../stripe-access';
import { Steps } from '../terminal/steps';

interface Options extends ChangeOptions, SmokeOptions, AutomationOptions {
  readonly url?: string;
  readonly createOnly: boolean;
  readonly receipt?: string;
  readonly open: boolean;
  readonly waitMinutes: number;
}

const help = `
  Health, readiness and the webhook path from outside; then a buyer of its own begins a top-up, which
  two simulated events pay and refund, signed with the environment's webhook secret. The balance must
  rise by exactly the amount, and be as before at the end.

  No money moves, in live mode neither: the page at Stripe is closed unpaid. What is left: a customer
  in Stripe, a credit and its reversal in the ledger, and the messages that subscribers are sent about
  both, of the user tollgate:smoke:test or tollgate:smoke:live. Reconciliation knows that user.

  With --real a person pays at Stripe's page, and Stripe's own delivery must credit it; then it is
  refunded. The address is printed, and kept in a receipt that nobody else may read. --create-only
  ends there; --verify-only --receipt FILE goes on later. In live mode that is real money.

  With --automate a Chromium or Chrome of this machine pays, with Stripe's test card; live mode
  refuses it. Stripe may change its page: then it says at which step, keeps a picture beside the
  receipt, and leaves the address to be paid by hand.

  Examples:
    npm run ops -- smoke --env staging
    npm run ops -- smoke --env staging --real
    npm run ops -- smoke --env staging --real --automate
    npm run ops -- smoke --env staging --real --create-only --receipt paid.json
    npm run ops -- smoke --env staging --real --verify-only --receipt paid.json`;

/** `smoke`: sees that a deployed service takes orders and credits what is paid. */
export function addSmoke(ops: Command): void {
  withToken(
    withUrl(
      withStripe(
        withChange(
          ops
            .command('smoke')
            .description(
              'sees that the service takes orders and credits what is paid, without money',
            ),
        ),
      ),
    ),
  )
    .option('--real', 'have a person pay at Stripe, and Stripe deliver', false)
    .option('--create-only', 'with --real: begin, and look later', false)
    .option('--verify-only', 'with --real: look whether it was credited', false)
    .option('--receipt <file>', 'with --real: where it is kept from the one to the other')
    .option('--open', 'with --real: open a browser', false)
    .option('--automate', 'with --real: have a browser pay by itself, in test mode', false)
    .option('--browser <path>', 'with --automate: its program. Default: as found on PATH')
    .option('--wait-minutes <n>', 'with --real: how long to wait for the buyer', parseMinutes, 15)
    .addHelpText('after', help)
    .action((options: Options) => runCommand(options.json, () => run(options)));
}

async function run(options: Options): Promise<void> {
  const browser = browserFor(options);
  const deployed = await readDeployed(options);
  if (browser !== undefined) refuseInLiveMode(deployed);
  const secrets = new DeployedSecrets(deployed);
  const steps = new Steps(options.json);
  const url = options.url ?? deployed.get('PublicBaseUrl');
  try {
    const place = await findSmokePlace({ deployed, secrets, url }, options);
    if (options.dryRun && options.real) {
      const payer = browser ?? 'a person';
      steps.say(`would begin a top-up at ${url} for ${payer} to pay, and refund it`);
      return steps.finish({ ok: true, dryRun: true });
    }
    if (options.dryRun) {
      steps.say(`would begin a top-up at ${url}, and pay and refund it by two simulated events`);
      return steps.finish({ ok: true, dryRun: true });
    }
    await confirmProduction(deployed, options.yes);
    if (options.real) {
      return steps.finish({ ok: true, ...(await buyForReal(place, options, steps, browser)) });
    }
    await smoke(place, steps);
    steps.finish({ ok: true });
  } finally {
    secrets.close();
  }
}

function parseMinutes(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number of minutes.');
}
