import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describeFailure } from '../lib/checks/failure';
import { readContextFlags } from '../lib/configuration/command-line.cjs';
import { readSettings } from '../lib/configuration/read-settings';
import { printFindings } from '../ops/output';
import { hearingOfApp } from './first-deploys';
import { preflight } from './preflight/preflight';

/** What is ours among the parameters; the CDK takes the others. */
const withoutPreflight = '--no-preflight';

/**
 * `npm run deploy`: a look at what would make it fail, the CDK's deploy of all stacks, and once more
 * after a first one. What protects production from deletion must not be there while it is made, as a
 * creation that fails is undone by deleting; see docs/decisions/what-outlives-an-environment.md.
 * @param given as the CDK takes them, and `--no-preflight`
 * @returns the exit code
 */
export async function deploy(given: readonly string[]): Promise<number> {
  const parameters = given.filter((each) => each !== withoutPreflight);
  if (!given.includes(withoutPreflight) && !(await isReady(parameters))) return 1;
  const { protectedLater, result } = await hearingOfApp((told) => cdkDeploy(parameters, told));
  if (result !== 0) return result;
  if (protectedLater.length === 0) return 0;
  console.error(
    `\nEverything stands. Deploying once more, which protects ${protectedLater.join(', ')} from deletion.`,
  );
  const again = await cdkDeploy(parameters, {});
  if (again !== 0) {
    console.error(
      'Everything stands and serves, but is not protected from deletion yet: run the same command again.',
    );
  }
  return again;
}

/** An assembly that was synthesised before says nothing of its environment. */
async function isReady(parameters: readonly string[]): Promise<boolean> {
  const { faults, flags, others, profile } = readContextFlags(parameters);
  // The CDK's plugin says what is wrong with the flags, or the app that nothing is named.
  if (faults.length > 0 || others.includes('app')) return true;
  try {
    const accountAtHand = process.env.CDK_DEFAULT_ACCOUNT;
    const settings = readSettings(flags, { now: new Date(), accountAtHand });
    const { region } = settings.environment;
    const findings = await preflight(settings, { region, profile });
    printFindings(findings, false);
    const failed = findings.filter(({ ok }) => !ok);
    if (failed.length === 0) return true;
    console.error(
      `\nNot deployed: ${failed.length === 1 ? 'what is marked would' : `${failed.length} of these would`} make ` +
        `it fail. Repair it, or deploy all the same with ${withoutPreflight}.`,
    );
    return false;
  } catch (error) {
    console.error(describeFailure(error));
    return false;
  }
}

async function cdkDeploy(
  parameters: readonly string[],
  told: Readonly<Record<string, string>>,
): Promise<number> {
  const command = [require.resolve('aws-cdk/bin/cdk'), 'deploy', '--all', ...parameters];
  const child = spawn(process.execPath, command, {
    stdio: 'inherit',
    env: { ...process.env, ...told },
  });
  // A terminal sends Ctrl-C to the CDK too, which ends what it has begun; this process ends after it.
  process.on('SIGINT', () => {});
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
