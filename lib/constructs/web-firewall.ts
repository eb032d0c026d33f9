import { Names } from 'aws-cdk-lib';
import * as waf from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { HttpsEdge } from './https-edge';

export interface WebFirewallProps {
  /** Whose requests are looked at. */
  readonly edge: HttpsEdge;
  /** Pass without being looked at: what stops a webhook stops money. */
  readonly webhookPaths: readonly string[];
  /** The most that one address may send in five minutes. */
  readonly requestsPerFiveMinutes: number;
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

/**
 * Rules of AWS's before the load balancer's own. The webhook paths are allowed first, which ends the
 * look at a request: a rule about bodies would come upon a product's description sooner or later, a
 * rate limit upon Stripe's few addresses, and the signature says more than either.
 */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const managed = managedGroups.map(
      (name, index): waf.CfnWebACL.RuleProperty => ({
        name,
        priority: 10 + index,
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
        overrideAction: { none: {} },
        visibilityConfig: visibility(name),
      }),
    );
    const firewall = new waf.CfnWebACL(this, 'Firewall', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(Names.uniqueResourceName(this, { maxLength: 100 })),
      rules: [
        {
          name: 'Webhooks',
          priority: 0,
          statement: anyOfPaths(props.webhookPaths),
          action: { allow: {} },
          visibilityConfig: visibility('Webhooks'),
        },
        {
          name: 'RequestsOfOneAddress',
          priority: 1,
          statement: {
            rateBasedStatement: {
              limit: props.requestsPerFiveMinutes,
              evaluationWindowSec: 300,
              aggregateKeyType: 'IP',
            },
          },
          action: { block: { customResponse: { responseCode: 429 } } },
          visibilityConfig: visibility('RequestsOfOneAddress'),
        },
        ...managed,
      ],
    });
    new waf.CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.edge.loadBalancer.loadBalancerArn,
      webAclArn: firewall.attrArn,
    });
  }
}

/** An "or" takes two statements at least. */
function anyOfPaths(paths: readonly string[]): waf.CfnWebACL.StatementProperty {
  const [only, ...more] = paths.map(
    (path): waf.CfnWebACL.StatementProperty => ({
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: 'EXACTLY',
        searchString: path,
        textTransformations: [{ priority: 0, type: 'NONE' }],
      },
    }),
  );
  if (only === undefined) throw new Error('an environment has a webhook path');
  return more.length === 0 ? only : { orStatement: { statements: [only, ...more] } };
}

const visibility = (metricName: string): waf.CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});
