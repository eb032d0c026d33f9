import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Argument, type Command } from 'commander';
import { type FlagName, flagNames, flagTable } from '../../lib/configuration/flags';
import type { SwitchName } from '../../lib/constructs/switch-rules';
import { type Deployed, flagsIn, readDeployed } from '../aws/deployed';
import { awsFailure } from '../aws/failure';
import { imageOf, readRevision, tagOf, wentBackFrom } from '../aws/revision';
import { readEcsService } from '../aws/running-task';
import { type CommonOptions, runCommand, withTarget } from '../command';
import flagChanges from '../flag-changes.json';
import { rulesIn } from '../switch/listener';
import { closes, planSwitch } from '../switch/plan';
import { printJson, printText } from '../terminal/output';

const examples = `
  Examples:
    npm run ops -- flags --env prod               every flag: its value, who set it, what a flip changes
    npm run ops -- flags maintenance --env prod   one of them

  A flag holds until a deploy without it; "switch" and "rollback" hold beside it, whatever a deploy says.`;

/** `flags`: what is in force, by whom, and what each flip would change. */
export function addFlags(ops: Command): void {
  withTarget(
    ops
      .command('flags')
      .description('what is in force, who has set it, and what each flip would change')
      .addArgument(new Argument('[flag]', 'one of them').choices(flagNames)),
  )
    .addHelpText('after', examples)
    .action((only: FlagName | undefined, options: CommonOptions) =>
      runCommand(options.json, () => run(only, options), ''),
    );
}

interface Row {
  readonly flag: string;
  readonly inForce: string;
  readonly by: string;
  /** What holds beside the flag, or why that is not known. */
  readonly beside: string | undefined;
  readonly effect: string;
  /** By a deploy. */
  readonly changes: readonly string[];
  /** The command that does the same within seconds. */
  readonly inSeconds: string | undefined;
}

/** What does the same as a flag without a deploy. */
const switches: Readonly<Partial<Record<string, SwitchName>>> = {
  forceHttpForwarding: 'emergency-http',
  maintenance: 'maintenance',
  checkout: 'checkout',
};

async function run(only: FlagName | undefined, options: CommonOptions): Promise<void> {
  const deployed = await readDeployed(options);
  const inForce = Object.entries(flagsIn(deployed.get('FlagsInForce')));
  const rows = await Promise.all(
    inForce
      .filter(([flag]) => only === undefined || flag === only)
      .map(([flag, value]) => rowOf(deployed, flag, value)),
  );
  if (options.json) return printJson(rows);
  for (const row of rows) for (const line of linesOf(row)) printText(line);
  printText(`To keep what was given, give the next deploy: ${deployed.get('FlagsGiven')}`);
}

async function rowOf(deployed: Deployed, flag: string, inForce: string): Promise<Row> {
  const given = deployed.get('FlagsGiven').includes(`-c ${flag}=`);
  const known = flagTable[flag as FlagName];
  const name = switches[flag];
  return {
    flag,
    inForce,
    by: given ? 'the last deploy' : 'the environment file or default',
    beside: await beside(deployed, flag, name),
    effect: known?.sentence ?? 'of another version than this checkout',
    changes: (flagChanges as Readonly<Record<string, readonly string[]>>)[flag] ?? [],
    inSeconds: name && `npm run ops -- switch ${name} on|off --env ${deployed.name}`,
  };
}

/** The flag's value is shown even where this cannot be found out. */
async function beside(
  deployed: Deployed,
  flag: string,
  name: SwitchName | undefined,
): Promise<string | undefined> {
  try {
    if (flag === 'image') return await wentBack(deployed);
    return name && (await switched(deployed, name));
  } catch (error) {
    const { fix, message } = awsFailure('looking at what holds beside it', error);
    return `? ${message} → ${fix}`;
  }
}

async function switched(deployed: Deployed, name: SwitchName): Promise<string | undefined> {
  // There is nothing to switch yet.
  if (name !== 'emergency-http' && deployed.find('HttpsListenerArn') === undefined)
    return undefined;
  const elb = new ElasticLoadBalancingV2Client(deployed.clients);
  try {
    const { stretch } = await planSwitch(elb, deployed, name);
    const { length } = await rulesIn(elb, stretch);
    return length === 0 ? undefined : `${name} is ${closes(name)} by \`switch\``;
  } finally {
    elb.destroy();
  }
}

async function wentBack(deployed: Deployed): Promise<string | undefined> {
  const ecs = new ECSClient(deployed.clients);
  try {
    const { taskDefinition = '' } = await readEcsService(ecs, deployed);
    const revision = await readRevision(ecs, taskDefinition);
    const from = tagOf(revision, wentBackFrom);
    if (from === undefined) return `runs: ${imageOf(revision.definition)}`;
    return `runs by \`rollback\`: ${imageOf(revision.definition)}, in place of ${from}`;
  } finally {
    ecs.destroy();
  }
}

function linesOf({
  beside,
  by,
  changes,
  effect,
  flag,
  inForce,
  inSeconds,
}: Row): readonly string[] {
  return [
    `${flag}=${inForce}  by ${by}`,
    ...(beside === undefined ? [] : [`  ${beside}`]),
    `  ${effect}`,
    ...(changes.length === 0 ? [] : [`  a deploy that flips it changes: ${changes.join(', ')}`]),
    ...(inSeconds === undefined ? [] : [`  within seconds: ${inSeconds}`]),
    '',
  ];
}
