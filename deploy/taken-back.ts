import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Settings } from '../lib/configuration/settings';
import { stackNames } from '../lib/configuration/stack-names';
import { awsFailure } from '../ops/aws-failure';
import { flagsIn } from '../ops/deployed';
import type { Finding } from '../ops/output';
import type { Reached } from './standing-stacks';

/** Says that what this deploy takes back is meant to be. */
export const dropFlags = '--drop-flags';

const check = 'flags';

/**
 * Looks whether a deploy would take back what the one before was given. A flag holds for one run: who
 * leaves one out by mistake would sell again under maintenance, or bring back the image that failed.
 * @param isMeant by `--drop-flags`: what is taken back is said all the same
 */
export async function checkTakenBack(
  settings: Settings,
  reached: Reached,
  isMeant: boolean,
): Promise<Finding> {
  const { service } = stackNames(settings);
  try {
    const outputs = await outputsOf(service, reached);
    const { FlagsGiven: given = 'none', FlagsInForce: inForce = '' } = outputs;
    const taken = takenBack(given, flagsIn(inForce), settings);
    if (taken.length === 0) {
      return { check, ok: true, seen: `takes back none of the deploy before (${given})` };
    }
    const seen = `takes back ${taken.join(' ')}, which the deploy before was given`;
    if (isMeant) return { check, ok: true, seen: `${seen}, as ${dropFlags} says` };
    const them = taken.length === 1 ? 'it' : 'them';
    const fix = `Give ${them} again, or say that it is meant, with ${dropFlags}`;
    return { check, ok: false, seen, fix };
  } catch (error) {
    const { fix, message } = awsFailure(`reading output FlagsGiven of ${service}`, error);
    return { check, ok: null, seen: message, fix };
  }
}

/**
 * What of the flags given before holds no more, as `-c` takes it.
 * @param given output FlagsGiven
 * @param before what was in force by it, by name
 * @param after what would be: neither what is given another value, nor what the environment file says
 *   as well by now, is taken back
 */
export function takenBack(
  given: string,
  before: Readonly<Record<string, string>>,
  after: Pick<Settings, 'given' | 'inForce'>,
): readonly string[] {
  const anew = flagsGiven(after.given).map(([, name]) => name);
  return flagsGiven(given).flatMap(([written, name = '']) =>
    after.inForce[name] === before[name] || anew.includes(name) ? [] : written,
  );
}

/** Each as it is written, and its name. */
const flagsGiven = (given: string) => [...given.matchAll(/-c (\w+)=\S+/g)];

async function outputsOf(
  stack: string,
  { profile, region }: Reached,
): Promise<Readonly<Record<string, string>>> {
  const client = new CloudFormationClient({ region, ...(profile !== undefined && { profile }) });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]);
    return Object.fromEntries(outputs);
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return {};
    throw error;
  } finally {
    client.destroy();
  }
}
