import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Argument, type Command } from 'commander';
import { type SwitchName, switchNames } from '../../lib/constructs/switch-rules';
import { type Deployed, readDeployed } from '../aws/deployed';
import { type ChangeOptions, runCommand, withChange } from '../command';
import { OpsFailure } from '../failure';
import { confirmProduction } from '../service/confirmation';
import { checkDuration, parseDuration, SwitchEnd } from '../switch/end';
import { deleteRules, rulesIn, setRules } from '../switch/listener';
import { closes, planSwitch, type SwitchPlan } from '../switch/plan';
import { verifySwitch } from '../switch/verification';
import { Steps } from '../terminal/steps';

interface Options extends ChangeOptions {
  /** Where port 443, or 80 for emergency HTTP, is reached, when not at the domain. */
  readonly url?: string;
  /** In milliseconds. */
  readonly for?: number;
}

type State = 'on' | 'off' | 'status';

const examples = `
  What each does:
    emergency-http on   port 80 forwards webhook and health paths without TLS; off: it redirects them
    maintenance on      port 443 answers 503 to all but webhook and health paths; off: all is open
    checkout off        no new checkout is taken, the rest goes on; on: checkouts are taken again

  Examples:
    npm run ops -- switch maintenance on --env staging
    npm run ops -- switch emergency-http on --env prod --for 4h
    npm run ops -- switch emergency-http status --env prod

  It sets rules of the listener at priorities that no stack uses: without synth or stack update, and
  whatever state the stacks are in. A deploy neither sees nor takes them back; only "switch" does.`;

/** `switch`: what the context flags do by a deploy, in seconds by rules of the listener. */
export function addSwitch(ops: Command): void {
  withChange(
    ops
      .command('switch')
      .description('emergency HTTP, maintenance or checkout, on and off within seconds')
      .addArgument(new Argument('<switch>', 'what to switch').choices(switchNames))
      .addArgument(new Argument('<state>').choices(['on', 'off', 'status'] as const)),
  )
    .option('--for <time>', 'end it by itself, such as after 30m, 4h or 2d', parseDuration)
    .option('--url <url>', 'check at this address whether it took; by default at the domain')
    .addHelpText('after', examples)
    .action((name: SwitchName, state: State, options: Options) =>
      runCommand(options.json, () => run(name, state, options)),
    );
}

async function run(name: SwitchName, state: State, options: Options): Promise<void> {
  const deployed = await readDeployed(options);
  const elb = new ElasticLoadBalancingV2Client(deployed.clients);
  const end = new SwitchEnd(deployed, `${options.project}-${options.env}`, name);
  try {
    const steps = new Steps(options.json);
    checkDuration(state === closes(name), options.for);
    const plan = await planSwitch(elb, deployed, name);
    if (state === 'status') return await tellStatus(elb, end, plan, steps);
    await change(elb, deployed, end, plan, state, options, steps);
  } finally {
    elb.destroy();
    end.close();
  }
}

async function tellStatus(
  elb: ElasticLoadBalancingV2Client,
  end: SwitchEnd,
  plan: SwitchPlan,
  steps: Steps,
): Promise<void> {
  const standing = await rulesIn(elb, plan.stretch);
  const isSet = standing.length > 0;
  const state = isSet === (closes(plan.name) === 'on') ? 'on' : 'off';
  steps.say(`${plan.name} is ${state} by this command: ${standing.length} rules of it stand`);
  const endsAt = isSet ? await end.read() : undefined;
  if (endsAt !== undefined) steps.say(`it ends by itself at ${endsAt}`);
  if (plan.byFlag) steps.say(`${plan.flag} is in force by a deploy, whatever this command does`);
  const { byFlag, name } = plan;
  steps.finish({ ok: true, switch: name, state, rules: standing.length, endsAt, byFlag });
}

async function change(
  elb: ElasticLoadBalancingV2Client,
  deployed: Deployed,
  end: SwitchEnd,
  plan: SwitchPlan,
  state: 'on' | 'off',
  options: Options,
  steps: Steps,
): Promise<void> {
  const sets = state === closes(plan.name);
  for (const line of plan.effect(sets)) steps.say(line);
  if (options.dryRun) {
    const priorities = plan.rules.map(({ order }) => plan.stretch.from + order);
    const standing = await rulesIn(elb, plan.stretch);
    steps.say(
      sets
        ? `would set rules at priorities ${priorities.join(', ')} of ${plan.stretch.listenerArn}`
        : `would delete ${standing.length} rules of ${plan.stretch.listenerArn}`,
    );
    return steps.finish({ ok: true, dryRun: true, switch: plan.name, state, priorities });
  }
  await confirmProduction(deployed, options.yes);
  if (sets) {
    await steps.run('set the rules', async () => {
      await setRules(elb, plan.stretch, plan.rules, plan.name);
      return `${plan.rules.length} of port ${plan.port}`;
    });
    await keepOrEnd(elb, end, plan, options, steps);
  } else {
    await steps.run('delete the rules', async () => {
      const standing = await rulesIn(elb, plan.stretch);
      await deleteRules(elb, standing);
      return standing.length === 0 ? 'none stood' : `${standing.length} of port ${plan.port}`;
    });
    // Their rules are gone, so that at worst they find nothing to delete.
    await clearEnd(end, steps);
  }
  if (!sets && plan.byFlag) {
    steps.say(`${plan.flag} is still in force by a deploy: deploy without it to end that too`);
  } else {
    await steps.run('check from outside', () => verifySwitch(plan, sets, options.url));
  }
  steps.finish({ ok: true, switch: plan.name, state });
}

/** Whatever an earlier run has said of its end, the last word counts. */
async function keepOrEnd(
  elb: ElasticLoadBalancingV2Client,
  end: SwitchEnd,
  plan: SwitchPlan,
  options: Options,
  steps: Steps,
): Promise<void> {
  const { for: forMillis } = options;
  if (forMillis === undefined) {
    const cleared = await clearEnd(end, steps);
    if (cleared > 0) steps.say('  it was to end by itself, and does no more');
    return;
  }
  const endsAt = new Date(Date.now() + forMillis);
  await steps.run('have it end by itself', async () => {
    await end.set(elb, await rulesIn(elb, plan.stretch), endsAt);
    return `at ${endsAt.toISOString().slice(0, 19)}Z`;
  });
}

/** Who may set rules may not see schedules, and that is no reason to stop. */
async function clearEnd(end: SwitchEnd, steps: Steps): Promise<number> {
  try {
    return await end.clear();
  } catch (error) {
    if (!(error instanceof OpsFailure)) throw error;
    steps.say(`  whether it was to end by itself is not known: ${error.message}`);
    return 0;
  }
}
