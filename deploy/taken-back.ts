import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Settings } from '../lib/configuration/settings';
import { stackNames } from '../lib/configuration/stack-names';
import { Deployed, flagsIn } from '../ops/aws/deployed';
import { awsFailure } from '../ops/aws/failure';
import { imageOf, readRevision, tagOf, wentBackFrom } from '../ops/aws/revision';
import { readEcsService } from '../ops/aws/running-task';
import { readStack } from '../ops/aws/stacks';
import type { Finding } from '../ops/terminal/output';
import type { Reached } from './standing-stacks';

type Outputs = Readonly<Record<string, string>>;

/** Says that what this deploy takes back is meant to be. */
export const dropFlags = '--drop-flags';

/**
 * Looks whether a deploy would take back what the one before was given, or end a `rollback`. A flag holds
 * for one run: who leaves one out by mistake would sell again under maintenance, or bring back the image
 * that failed.
 * @param isMeant by `--drop-flags`: what is taken back is said all the same
 */
export async function checkTakenBack(
  settings: Settings,
  reached: Reached,
  isMeant: boolean,
): Promise<readonly Finding[]> {
  const { service } = stackNames(settings);
  try {
    const outputs = await outputsOf(service, reached);
    // The first deploy takes nothing back.
    if (outputs === undefined) return [];
    return [
      flags(outputs, settings, isMeant),
      ...(await image(outputs, settings, reached, isMeant)),
    ];
  } catch (error) {
    const { fix, message } = awsFailure(`reading the outputs of ${service}`, error);
    return [{ check: 'flags', ok: null, seen: message, fix }];
  }
}

function flags(
  { FlagsGiven: given = 'none', FlagsInForce: inForce = '' }: Outputs,
  settings: Settings,
  isMeant: boolean,
): Finding {
  const taken = takenBack(given, flagsIn(inForce), settings);
  if (taken.length === 0) {
    return { check: 'flags', ok: true, seen: `takes back none of the deploy before (${given})` };
  }
  const them = taken.length === 1 ? 'it' : 'them';
  return ending(
    'flags',
    `takes back ${taken.join(' ')}, which the deploy before was given`,
    `Give ${them} again`,
    isMeant,
  );
}

/** What runs by `rollback`, beside what the stack says. */
async function image(
  outputs: Outputs,
  settings: Settings,
  { profile, region }: Reached,
  isMeant: boolean,
): Promise<readonly Finding[]> {
  // A stack that never came to stand.
  if (outputs.ServiceName === undefined) return [];
  const clients = { region, maxAttempts: 8, ...(profile !== undefined && { profile }) };
  const ecs = new ECSClient(clients);
  try {
    const deployed = new Deployed(settings.name, outputs, false, clients);
    const { taskDefinition = '' } = await readEcsService(ecs, deployed);
    const revision = await readRevision(ecs, taskDefinition);
    const from = tagOf(revision, wentBackFrom);
    const runs = imageOf(revision.definition);
    if (from === undefined || settings.image === runs) return [];
    const seen = `ends the \`rollback\` to ${runs} from ${from}`;
    return [ending('image', seen, `Keep it with -c image=${runs}`, isMeant)];
  } catch (error) {
    const { fix, message } = awsFailure('looking at what runs', error);
    return [{ check: 'image', ok: null, seen: message, fix }];
  } finally {
    ecs.destroy();
  }
}

function ending(check: string, seen: string, fix: string, isMeant: boolean): Finding {
  return isMeant
    ? { check, ok: true, seen: `${seen}, as ${dropFlags} says` }
    : { check, ok: false, seen, fix: `${fix}, or say that it is meant, with ${dropFlags}` };
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
): Promise<Outputs | undefined> {
  const client = new CloudFormationClient({ region, ...(profile !== undefined && { profile }) });
  try {
    return (await readStack(client, stack))?.outputs;
  } finally {
    client.destroy();
  }
}
