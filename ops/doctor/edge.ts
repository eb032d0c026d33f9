import {
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { switchNames } from '../../lib/constructs/switch-rules';
import type { Deployed } from '../aws/deployed';
import { rulesIn, targetGroupInUse } from '../switch/listener';
import { closes, planSwitch } from '../switch/plan';
import type { Finding } from '../terminal/output';
import { counted, deployCommand, found, type Look, look } from './checks';

/** Listeners, the rules that `switch` has set, and the tasks behind them. */
export async function checkEdge(deployed: Deployed): Promise<readonly Finding[]> {
  const elb = new ElasticLoadBalancingV2Client(deployed.clients);
  try {
    const looks = [
      look('port 80', port80(elb, deployed)),
      look('port 443', port443(elb, deployed)),
      look('targets', targets(elb, deployed)),
      ...switchNames.map((name) => look(`switch ${name}`, switchOf(elb, deployed, name))),
    ];
    return (await Promise.all(looks)).flat();
  } finally {
    elb.destroy();
  }
}

export async function listenerOf(
  elb: ElasticLoadBalancingV2Client,
  arn: string,
): Promise<Listener | undefined> {
  const { Listeners } = await elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }));
  return Listeners?.[0];
}

const port80 =
  (elb: ElasticLoadBalancingV2Client, deployed: Deployed): Look =>
  async () => {
    const listener = await listenerOf(elb, deployed.get('HttpListenerArn'));
    const [action] = listener?.DefaultActions ?? [];
    const seen = `listener on ${listener?.Port}: ${action?.Type} ${action?.RedirectConfig?.Protocol ?? ''}`;
    // Of a listener that others have rules in, the default action is theirs.
    const isOwn = deployed.get('HttpRulesFrom') === '0';
    const ok = !isOwn || action?.RedirectConfig?.Protocol === 'HTTPS';
    return found(
      'port 80',
      ok,
      isOwn ? seen.trim() : `adopted listener on ${listener?.Port}`,
      `It must redirect to HTTPS. Somebody has changed it: ${deployCommand(deployed)}`,
    );
  };

const port443 =
  (elb: ElasticLoadBalancingV2Client, deployed: Deployed): Look =>
  async () => {
    const arn = deployed.find('HttpsListenerArn');
    if (arn === undefined) {
      return found(
        'port 443',
        false,
        'there is no HTTPS listener',
        deployed.get('NextStepToHttps'),
      );
    }
    const listener = await listenerOf(elb, arn);
    const certificates = listener?.Certificates?.length ?? 0;
    const seen = `listener on ${listener?.Port}, ${listener?.SslPolicy ?? 'no policy'}, ${counted(certificates, 'certificate')}`;
    return found(
      'port 443',
      listener?.Port === 443 && certificates > 0,
      seen,
      `Somebody has changed the listener: ${deployCommand(deployed)}`,
    );
  };

const targets =
  (elb: ElasticLoadBalancingV2Client, deployed: Deployed): Look =>
  async () => {
    const TargetGroupArn = await targetGroupInUse(
      elb,
      deployed.get('TargetGroupArn'),
      deployed.find('ProductionRuleArn'),
    );
    const { TargetHealthDescriptions = [] } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth ?? {});
    const bad = states.filter(({ State }) => State === 'unhealthy');
    const healthy = states.filter(({ State }) => State === 'healthy').length;
    const [{ Description = '', Reason = '' } = {}] = bad;
    const why = bad.length === 0 ? '' : `, ${bad.length} unhealthy: ${Reason} ${Description}`;
    return found(
      'targets',
      healthy > 0 && bad.length === 0,
      `${healthy} of ${counted(states.length, 'target')} healthy${why}`,
      'docs/runbook.md, "Tasks are unhealthy" and "No task is healthy"',
    );
  };

const switchOf =
  (
    elb: ElasticLoadBalancingV2Client,
    deployed: Deployed,
    name: (typeof switchNames)[number],
  ): Look =>
  async () => {
    // There is nothing to switch before there is a listener, which is a finding of its own.
    if (name !== 'emergency-http' && deployed.find('HttpsListenerArn') === undefined) return [];
    const { stretch } = await planSwitch(elb, deployed, name);
    const standing = await rulesIn(elb, stretch);
    const closed = closes(name);
    const back = closed === 'on' ? 'off' : 'on';
    return found(
      `switch ${name}`,
      standing.length === 0,
      standing.length === 0
        ? `${back} by \`switch\``
        : `${closed} by \`switch\`: ${counted(standing.length, 'rule')} of the listener`,
      `npm run ops -- switch ${name} ${back} --env ${deployed.name}`,
    );
  };
