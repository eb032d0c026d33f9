import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type SwitchName,
  type SwitchRule,
  switchOrders,
  switchRules,
} from '../../lib/constructs/switch-rules';
import { healthPath } from '../../service/contract';
import type { Deployed } from '../aws/deployed';
import { OpsFailure } from '../failure';
import { type Stretch, targetGroupInUse } from './listener';

/** All that one switch comes to in one environment. */
export interface SwitchPlan {
  readonly name: SwitchName;
  readonly port: 80 | 443;
  readonly stretch: Stretch;
  readonly rules: readonly SwitchRule[];
  /** The base of the addresses that show whether it took, `http://…` or `https://…`. */
  readonly url: string;
  /** The flag that has the same effect by a deploy, as `-c` takes it. */
  readonly flag: string;
  /** Whether that flag is in force. */
  readonly byFlag: boolean;
  /** What will pass and what will not, once the rules are set or gone. */
  readonly effect: (sets: boolean) => readonly string[];
}

/** The state of a switch in which its rules stand. */
export const closes = (name: SwitchName): 'on' | 'off' => (name === 'checkout' ? 'off' : 'on');

/** The flag that has the same effect by a deploy, and its value then. */
const flags: Readonly<Record<SwitchName, readonly [name: string, value: string]>> = {
  'emergency-http': ['forceHttpForwarding', 'true'],
  maintenance: ['maintenance', 'on'],
  checkout: ['checkout', 'off'],
};

/** @throws OpsFailure where the environment has no such listener yet */
export async function planSwitch(
  elb: ElasticLoadBalancingV2Client,
  deployed: Deployed,
  name: SwitchName,
): Promise<SwitchPlan> {
  const { port, first, last } = switchOrders[name];
  const from = readNumber(deployed, port === 80 ? 'HttpRulesFrom' : 'HttpsRulesFrom');
  const listenerArn = deployed.find(port === 80 ? 'HttpListenerArn' : 'HttpsListenerArn');
  if (listenerArn === undefined) {
    throw new OpsFailure(
      `${deployed.name} has no listener on port ${port} yet: there is nothing to switch`,
      `Output NextStepToHttps says what comes next: ${deployed.get('NextStepToHttps')}`,
    );
  }
  const base = new URL(deployed.get('PublicBaseUrl'));
  const webhookPaths = deployed.get('WebhookPaths').split(',');
  // Outputs of an earlier release have it not: all of the host was closed then.
  const closedPaths = deployed.find('ClosedPaths')?.split(',') ?? ['/*'];
  const rules = switchRules(name, {
    webhookPaths,
    stripeIpsOnly: deployed.flag('stripeIpsOnly') === 'true',
    valuesTaken: from === 0 ? 0 : 1,
    closedPaths,
  });
  const targetGroupArn = await targetGroupInUse(
    elb,
    deployed.get('TargetGroupArn'),
    deployed.find('ProductionRuleArn'),
  );
  const host = from === 0 ? undefined : base.hostname;
  const [flag, value] = flags[name];
  return {
    name,
    port,
    rules,
    flag: `${flag}=${value}`,
    stretch: { listenerArn, from, first, last, host, targetGroupArn },
    url: `${port === 80 ? 'http' : 'https'}://${base.hostname}`,
    byFlag: deployed.flag(flag) === value,
    effect: (sets) => [
      ...effects(name, sets, [...webhookPaths, healthPath], closedPaths),
      ...(sets && name !== 'checkout' && deployed.find('ProductionRuleArn') !== undefined
        ? ['deploy nothing until it is off: a canary would move the tasks from where this forwards']
        : []),
    ],
  };
}

function readNumber(deployed: Deployed, output: string): number {
  const text = deployed.get(output);
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new OpsFailure(
    `output ${output} of ${deployed.name} is "${text}"; expected a priority`,
    'Deploy the service stack: it writes its outputs anew.',
  );
}

function effects(
  name: SwitchName,
  sets: boolean,
  open: readonly string[],
  closed: readonly string[],
): readonly string[] {
  const paths = open.join(', ');
  const all = closed.includes('/*') ? 'everything else, the front end too' : closed.join(', ');
  switch (name) {
    case 'emergency-http':
      return sets
        ? [`passes by plain HTTP: ${paths}`, 'redirected to HTTPS: everything else']
        : ['redirected to HTTPS: everything'];
    case 'maintenance':
      return sets ? [`passes: ${paths}`, `answered 503: ${all}`] : ['passes: everything'];
    case 'checkout':
      return sets
        ? ['answered 503: new checkouts', 'passes: everything else, payments under way too']
        : ['passes: everything'];
  }
}
