import { type Command, InvalidArgumentError } from 'commander';
import { defaultWebhookPath } from '../../service/contract';
import { type Deployed, readDeployed } from '../aws/deployed';
import { runCommand } from '../command';
import { look as lookAt } from '../doctor/checks';
import { publicResolvers } from '../doctor/dns';
import { diagnoseInside, type InsideOptions } from '../doctor/inside';
import { diagnose } from '../doctor/outside';
import { exitCodes, OpsFailure } from '../failure';
import { withService } from '../service/access';
import { withStripe } from '../stripe-access';
import { type Finding, printFindings, printProgress } from '../terminal/output';

interface Options extends InsideOptions {
  readonly webhookPath?: string;
}

const examples = `
  Examples:
    npm run ops -- doctor --env prod                            everything, from inside and outside
    npm run ops -- doctor --url https://billing.example.com     from outside alone, without AWS

  ✓ is well, ✗ is not, and ? could not be found out; whatever is not well has its fix below it.
  It changes nothing. Exit code: 0 if all is well, 1 if anything is red, 4 if nothing is red and something
  is unknown.`;

/** `doctor`: a line a check, with its evidence and its fix. */
export function addDoctor(ops: Command): void {
  withStripe(
    withService(
      ops
        .command('doctor')
        .description('looks at all that an environment needs: a line a check, with its fix'),
    ),
  )
    .option('--webhook-path <path>', `where Stripe delivers (default: ${defaultWebhookPath})`)
    .option(
      '--dns <servers>',
      'ask these for what the world sees, separated by commas',
      parseServers,
      publicResolvers,
    )
    .addHelpText('after', examples)
    .action((options: Options) =>
      runCommand(
        options.json,
        async () => {
          if (process.stderr.isTTY === true && !options.json) printProgress('Looking …');
          const findings = await look(options);
          printFindings(findings, options.json);
          process.exitCode = exitCodeOf(findings);
        },
        '',
      ),
    );
}

async function look(options: Options): Promise<readonly Finding[]> {
  const { env, url, webhookPath } = options;
  if (env === undefined && url === undefined) {
    throw new OpsFailure(
      'neither --env nor --url was given',
      'Name the environment (--env prod), or the address (--url https://billing.example.com).',
      'badUse',
    );
  }
  if (env === undefined) return diagnose(url ?? '', webhookPath ?? defaultWebhookPath);
  let deployed: Deployed | undefined;
  const stacks = await lookAt('stacks', async () => {
    deployed = await readDeployed({ ...options, env });
    return [];
  });
  // Without their outputs nothing else can be found, except at an address that was given.
  if (deployed === undefined) {
    return [
      ...stacks,
      ...(url === undefined ? [] : await diagnose(url, webhookPath ?? defaultWebhookPath)),
    ];
  }
  const [path = defaultWebhookPath] = deployed.get('WebhookPaths').split(',');
  const found = await Promise.all([
    diagnoseInside(deployed, options),
    diagnose(url ?? deployed.get('PublicBaseUrl'), webhookPath ?? path),
  ]);
  return found.flat();
}

function exitCodeOf(findings: readonly Finding[]): number {
  if (findings.some(({ ok }) => ok === false)) return exitCodes.failed;
  return findings.some(({ ok }) => ok === null) ? exitCodes.unknown : 0;
}

function parseServers(text: string): readonly string[] {
  const servers = text.split(',').map((each) => each.trim());
  const isServer = (each: string) =>
    /^(\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-f:]+\]?)(:\d+)?$/i.test(each);
  if (servers.every(isServer)) return servers;
  throw new InvalidArgumentError('expected addresses such as 1.1.1.1,8.8.8.8.');
}
