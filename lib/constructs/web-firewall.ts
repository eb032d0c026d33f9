import { Names } from 'aws-cdk-lib';
import * as waf from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { defaults } from './defaults';
import type { HttpsEdge } from './https-edge';

export interface WebFirewallProps {
  /** Whose requests are looked at. */
  readonly edge: HttpsEdge;
  /**
   * The most that one address may send in five minutes, webhooks apart.
   * @default 2000
   */
  readonly requestsPerFiveMinutes?: number | undefined;
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

/**
 * A hundred a second from one address, of which Stripe has a dozen: more than one environment is ever
 * sent, and a bound for whoever only looks like Stripe. What is refused, Stripe delivers again.
 * https://docs.stripe.com/ips
 */
const webhooksPerFiveMinutes = 30_000;

/**
 * Rules of AWS's before the load balancer's own. On the webhook paths, what bears no signature is
 * refused, and one address has a limit that is generous to Stripe; the rest is allowed, which ends
 * the look at a request: a rule about bodies would come upon a product's description sooner or later,
 * the limit of the others upon Stripe's few addresses, and the signature says more than either.
 */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const { requestsPerFiveMinutes = defaults.firewall.requestsPerFiveMinutes } = props;
    const managed = managedGroups.map(
      (name, index): waf.CfnWebACL.RuleProperty => ({
        name,
        priority: 10 + index,
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
        overrideAction: { none: {} },
        visibilityConfig: visibility(name),
      }),
    );
    const webhooks = anyOfPaths(props.edge.webhookPaths);
    const firewall = new waf.CfnWebACL(this, 'Firewall', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(Names.uniqueResourceName(this, { maxLength: 100 })),
      rules: [
        {
          name: 'UnsignedWebhooks',
          priority: 0,
          statement: { andStatement: { statements: [webhooks, { notStatement: isSigned }] } },
          action: { block: { customResponse: { responseCode: 400 } } },
          visibilityConfig: visibility('UnsignedWebhooks'),
        },
        {
          name: 'WebhooksOfOneAddress',
          priority: 1,
          statement: limitOfOneAddress(webhooksPerFiveMinutes, webhooks),
          action: tooMany,
          visibilityConfig: visibility('WebhooksOfOneAddress'),
        },
        {
          name: 'Webhooks',
          priority: 2,
          statement: webhooks,
          action: { allow: {} },
          visibilityConfig: visibility('Webhooks'),
        },
        {
          name: 'RequestsOfOneAddress',
          priority: 3,
          statement: limitOfOneAddress(requestsPerFiveMinutes),
          action: tooMany,
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

const tooMany = { block: { customResponse: { responseCode: 429 } } };

/** A header that is missing matches nothing. Whether the signature is right, the service says. */
const isSigned: waf.CfnWebACL.NotStatementProperty = {
  statement: {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { Name: 'stripe-signature' } },
      comparisonOperator: 'GT',
      size: 0,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  },
};

function limitOfOneAddress(
  limit: number,
  scopeDownStatement?: waf.CfnWebACL.StatementProperty,
): waf.CfnWebACL.StatementProperty {
  return {
    rateBasedStatement: {
      limit,
      evaluationWindowSec: 300,
      aggregateKeyType: 'IP',
      ...(scopeDownStatement && { scopeDownStatement }),
    },
  };
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
