import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SwitchRule } from '../../lib/constructs/switch-rules';
import { asking } from '../aws/failure';
import { OpsFailure } from '../failure';

/** A listener with the stretch of its priorities that one switch has for itself. */
export interface Stretch {
  readonly listenerArn: string;
  /** What the order of a rule is added to. */
  readonly from: number;
  readonly first: number;
  readonly last: number;
  /** The host that the rules are for, in a listener that others have rules in. */
  readonly host: string | undefined;
  readonly targetGroupArn: string;
}

/** The rules that stand in the stretch, by their priority. */
export async function rulesIn(
  elb: ElasticLoadBalancingV2Client,
  { first, from, last, listenerArn }: Stretch,
): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  let Marker: string | undefined;
  do {
    const page = await asking(`reading the rules of ${listenerArn}`, () =>
      elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker })),
    );
    rules.push(...(page.Rules ?? []));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return rules
    .filter(({ Priority }) => Number(Priority) >= from + first && Number(Priority) <= from + last)
    .sort((a, b) => Number(a.Priority) - Number(b.Priority));
}

/**
 * Sets the rules, in their order; one that stands already at its priority is written over.
 * @param owner what the tag of each rule says, so that nobody wonders where it comes from
 */
export async function setRules(
  elb: ElasticLoadBalancingV2Client,
  stretch: Stretch,
  wanted: readonly SwitchRule[],
  owner: string,
): Promise<void> {
  const standing = await rulesIn(elb, stretch);
  for (const rule of wanted) {
    const priority = stretch.from + rule.order;
    const Conditions = conditionsOf(stretch, rule);
    const Actions = [actionOf(stretch, rule)];
    const there = standing.find(({ Priority }) => Priority === String(priority));
    await asking(`setting the rule at priority ${priority} of ${stretch.listenerArn}`, () =>
      there === undefined
        ? elb.send(
            new CreateRuleCommand({
              ListenerArn: stretch.listenerArn,
              Priority: priority,
              Conditions,
              Actions,
              Tags: [{ Key: 'tollgate:switch', Value: owner }],
            }),
          )
        : elb.send(new ModifyRuleCommand({ RuleArn: there.RuleArn, Conditions, Actions })),
    );
  }
  // Such as an earlier run left for webhook paths that are no more.
  const priorities = wanted.map(({ order }) => String(stretch.from + order));
  await deleteRules(
    elb,
    standing.filter(({ Priority }) => !priorities.includes(Priority ?? '')),
  );
}

/** Takes rules back, the last one first: what closes goes before what it leaves open. */
export async function deleteRules(
  elb: ElasticLoadBalancingV2Client,
  rules: readonly Rule[],
): Promise<void> {
  for (const { Priority, RuleArn } of [...rules].reverse()) {
    await asking(`deleting the rule at priority ${Priority}`, async () => {
      try {
        await elb.send(new DeleteRuleCommand({ RuleArn }));
      } catch (error) {
        // Somebody else, or a schedule, was faster.
        if (!(error instanceof Error) || error.name !== 'RuleNotFoundException') throw error;
      }
    });
  }
}

/** The target group whose tasks have the most of the requests now, under a canary by the rule's weights. */
export async function targetGroupInUse(
  elb: ElasticLoadBalancingV2Client,
  usual: string,
  productionRuleArn: string | undefined,
): Promise<string> {
  if (productionRuleArn === undefined) return usual;
  const { Rules } = await asking('reading the weights of the canary', () =>
    elb.send(new DescribeRulesCommand({ RuleArns: [productionRuleArn] })),
  );
  const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const [most] = [...groups].sort((a, b) => (b.Weight ?? 0) - (a.Weight ?? 0));
  if (most?.TargetGroupArn !== undefined) return most.TargetGroupArn;
  throw new OpsFailure(
    `the rule ${productionRuleArn} forwards to no target group`,
    'Deploy the service stack: it sets the rule again.',
  );
}

function conditionsOf({ host }: Stretch, { methods, paths, sources }: SwitchRule): RuleCondition[] {
  return [
    ...(host === undefined ? [] : [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }]),
    { Field: 'path-pattern', PathPatternConfig: { Values: [...paths] } },
    ...(methods === undefined
      ? []
      : [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: [...methods] } }]),
    ...(sources === undefined
      ? []
      : [
          {
            Field: 'source-ip',
            SourceIpConfig: { Values: sources.map((address) => `${address}/32`) },
          },
        ]),
  ];
}

function actionOf({ targetGroupArn }: Stretch, { action }: SwitchRule): Action {
  if (action === 'forward') return { Type: 'forward', TargetGroupArn: targetGroupArn };
  const { status, ...problem } = action;
  const { code } = problem;
  return {
    Type: 'fixed-response',
    FixedResponseConfig: {
      StatusCode: String(status),
      ContentType: 'application/json',
      MessageBody: JSON.stringify({ type: `urn:tollgate:problem:${code}`, ...problem, status }),
    },
  };
}
