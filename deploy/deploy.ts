import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describeFailure } from '../lib/checks/failure';
import { lookedFirstVariable, readContextFlags } from '../lib/configuration/command-line.cjs';
import { readSettings } from '../lib/configuration/read-settings';
import { type Finding, printFindings } from '../ops/terminal/output';
import { allowDestructive, checkReplacements } from './destructive';
import { hearingOfApp } from './first-deploys';
import { preflight } from './preflight/preflight';
import { checkTakenBack, dropFlags } from './taken-back';

const withoutPreflight = '--no-preflight';

/** What is ours among the parameters; the CDK takes the others. */
const ours: readonly string[] = [withoutPreflight, dropFlags, allowDestructive];

/**
 * `npm run deploy`: a look at what would make it fail, the CDK's deploy of all stacks, and once more
 * after a first one. What protects production from deletion must not be there while it is made, as a
 * creation that fails is undone by deleting; see docs/decisions/what-outlives-an-environment.md.
 * @param given as the CDK takes them, `--no-preflight`, `--drop-flags` and `--destructive`
 * @returns the exit code
 */
export async function deploy(given: readonly string[]): Promise<number> {
  const parameters = given.filter((each) => !ours.includes(each));
  if (!(await isReady(parameters, given))) return 1;
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

/** @param given with what is ours */
async function isReady(parameters: readonly string[], given: readonly string[]): Promise<boolean> {
  const { faults, flags, others, profile } = readContextFlags(parameters);
  // The CDK's plugin says what is wrong with the flags, or the app that nothing is named.
  if (faults.length > 0) return true;
  if (others.includes('app')) {
    console.error(
      'Not looked at: what would make it fail, whether it takes back flags, and what it replaces.',
    );
    return true;
  }
  try {
    const accountAtHand = process.env.CDK_DEFAULT_ACCOUNT;
    const settings = readSettings(flags, { now: new Date(), accountAtHand });
    const reached = { region: settings.environment.region, profile };
    const takenBack = await checkTakenBack(settings, reached, given.includes(dropFlags));
    const replaced = checkReplacements(settings, parameters, given.includes(allowDestructive));
    const failing = given.includes(withoutPreflight) ? [] : await preflight(settings, reached);
    printFindings([...takenBack, replaced, ...failing], false);
    const reasons = [
      ...(takenBack.some(isRed) ? [`Take nothing back, or mean it with ${dropFlags}.`] : []),
      ...(isRed(replaced) ? [`What it replaces is not to be lost by mistake.`] : []),
      ...(failing.some(isRed)
        ? [
            `What else is marked would make it fail. Repair it, or deploy all the same with ${withoutPreflight}.`,
          ]
        : []),
    ];
    if (reasons.length === 0) return true;
    console.error(`\nNot deployed, and nothing changed. ${reasons.join(' ')}`);
    return false;
  } catch (error) {
    console.error(describeFailure(error));
    return false;
  }
}

/** What is not known stops nothing: credentials that may only deploy can ask little. */
const isRed = ({ ok }: Finding) => ok === false;

async function cdkDeploy(
  parameters: readonly string[],
  told: Readonly<Record<string, string>>,
): Promise<number> {
  const command = [require.resolve('aws-cdk/bin/cdk'), 'deploy', '--all', ...parameters];
  const child = spawn(process.execPath, command, {
    stdio: 'inherit',
    env: { ...process.env, ...told, [lookedFirstVariable]: 'true' },
  });
  // A terminal sends Ctrl-C to the CDK too, which ends what it has begun; this process ends after it.
  process.on('SIGINT', () => {});
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
