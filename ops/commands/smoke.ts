import type { Command } from 'commander';
import { type ChangeOptions, runCommand, withChange } from '../command';
import { confirmProduction } from '../confirmation';
import { readDeployed } from '../deployed';
import { DeployedSecrets } from '../deployed-secrets';
import { withUrl } from '../service-url';
import { smoke } from '../smoke/smoke';
import { findSmokePlace, type SmokeOptions, withToken } from '../smoke/smoke-place';
import { Steps } from '../steps';
import { withStripe } from '../stripe-access';

interface Options extends ChangeOptions, SmokeOptions {
  readonly url?: string;
}

const help = `
  Health, readiness and the webhook path from outside; then a buyer of its own begins a top-up, which
  two simulated events pay and refund, signed with the environment's webhook secret. The balance must
  rise by exactly the amount, and be as before at the end.

  No money moves, in live mode neither: the page at Stripe is closed unpaid. What is left: a customer
  in Stripe, a credit and its reversal in the ledger, and the messages that subscribers are sent about
  both, of the user tollgate:smoke:test or tollgate:smoke:live. Reconciliation knows that user.

  Example:
    npm run ops -- smoke --env staging`;

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
    .addHelpText('after', help)
    .action((options: Options) => runCommand(options.json, () => run(options)));
}

async function run(options: Options): Promise<void> {
  const deployed = await readDeployed(options);
  const secrets = new DeployedSecrets(deployed);
  const steps = new Steps(options.json);
  const url = options.url ?? deployed.get('PublicBaseUrl');
  try {
    const place = await findSmokePlace({ deployed, secrets, url }, options);
    if (options.dryRun) {
      steps.say(`would begin a top-up at ${url}, and pay and refund it by two simulated events`);
      return steps.finish({ ok: true, dryRun: true });
    }
    await confirmProduction(deployed, options.yes);
    await smoke(place, steps);
    steps.finish({ ok: true });
  } finally {
    secrets.close();
  }
}
