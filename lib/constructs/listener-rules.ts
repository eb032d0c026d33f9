import { healthPath } from '../../service/contract';
import { ruleLimits } from './load-balancer-limits';
import { stripeWebhookAddresses } from './stripe-addresses';

/** One rule of a listener: its conditions all hold at once, and each by any of its values. */
export interface EdgeRule {
  /** The construct's id: a rule keeps its place in CloudFormation as long as this stays. */
  readonly id: string;
  /** Its place among the rules that are made here; the smallest goes first. */
  readonly order: number;
  readonly paths: readonly string[];
  /** Addresses that the request comes from; none is any. */
  readonly sources?: readonly string[];
  /** To the service, or the problem that is answered instead. */
  readonly action: 'forward' | FixedProblem;
}

/** What the load balancer answers in place of the service, in the form that the service answers in. */
export interface FixedProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly fix: string;
}

export interface EdgeRulesProps {
  /** Where Stripe delivers. */
  readonly webhookPaths: readonly string[];
  /** Whether the webhook paths are open to Stripe's published addresses alone. */
  readonly stripeIpsOnly: boolean;
  /**
   * How many of a rule's condition values are taken before paths and addresses: the host name, in a
   * listener that is shared.
   */
  readonly valuesTaken: number;
  /** What maintenance closes besides what stays open: all of a host that is ours, or our part of one. */
  readonly closedPaths: readonly string[];
}

const mostValues = ruleLimits.conditionValues;

const closedForMaintenance: FixedProblem = {
  status: 503,
  code: 'maintenance',
  title: 'Closed for maintenance',
  fix: 'Try again later.',
};

const notFromStripe: FixedProblem = {
  status: 403,
  code: 'address_not_of_stripe',
  title: 'This path takes requests from addresses of Stripe alone',
  fix:
    'If this is Stripe, an address is missing in lib/constructs/stripe-addresses.ts; deploy without ' +
    'stripeIpsOnly until it is there.',
};

/** The rules of port 80 under `forceHttpForwarding`: webhook and health, and what is not named is redirected. */
export function forceHttpForwardingRules(props: EdgeRulesProps): readonly EdgeRule[] {
  const { stripeIpsOnly, webhookPaths } = props;
  const paths = stripeIpsOnly ? [healthPath] : [...webhookPaths, healthPath];
  const open = inRules(paths, mostValues - props.valuesTaken).map(
    (some, index): EdgeRule => ({
      id: numbered('EmergencyHttp', index),
      order: 1 + index,
      paths: some,
      action: 'forward',
    }),
  );
  return stripeIpsOnly ? [...open, ...fromStripe('EmergencyHttpFromStripe', props)] : open;
}

/** The rules of port 443 that flags put before the way to the service. */
export function flaggedRules(
  props: EdgeRulesProps & { readonly maintenance: boolean },
): readonly EdgeRule[] {
  return [
    ...(props.stripeIpsOnly ? stripeIpsOnlyRules(props) : []),
    ...(props.maintenance ? maintenanceRules(props) : []),
  ];
}

function stripeIpsOnlyRules(props: EdgeRulesProps): readonly EdgeRule[] {
  const refused = inRules(props.webhookPaths, mostValues - props.valuesTaken);
  return [
    ...fromStripe('FromStripe', props),
    ...refused.map((paths, index) => ({
      id: numbered('NotFromStripe', index),
      order: 40 + index,
      paths,
      action: notFromStripe,
    })),
  ];
}

/** Path by path, since a rule has too few values for all the addresses of even one. */
function fromStripe(id: string, { valuesTaken, webhookPaths }: EdgeRulesProps) {
  const groups = inRules(stripeWebhookAddresses.addresses, mostValues - valuesTaken - 1);
  return webhookPaths
    .flatMap((path) => groups.map((sources) => ({ path, sources })))
    .map(
      ({ path, sources }, index): EdgeRule => ({
        id: numbered(id, index),
        order: 10 + index,
        paths: [path],
        sources,
        action: 'forward',
      }),
    );
}

/** There is no "all but" in a rule: what stays open is forwarded first, and the rest is refused. */
function maintenanceRules(props: EdgeRulesProps): readonly EdgeRule[] {
  const { closedPaths, valuesTaken, webhookPaths } = props;
  const open = inRules([...webhookPaths, healthPath], mostValues - valuesTaken);
  const closed = inRules(closedPaths, mostValues - valuesTaken);
  return [
    ...open.map((paths, index) => ({
      id: numbered('OpenInMaintenance', index),
      order: 50 + index,
      paths,
      action: 'forward' as const,
    })),
    ...closed.map((paths, index) => ({
      id: numbered('Maintenance', index),
      order: 56 - closed.length + index,
      paths,
      action: closedForMaintenance,
    })),
  ];
}

/** As many rules as the values need, each with at most `most` of them. */
export function inRules<Value>(
  values: readonly Value[],
  most: number,
): readonly (readonly Value[])[] {
  const count = Math.ceil(values.length / most);
  return Array.from({ length: count }, (_, index) =>
    values.slice(index * most, (index + 1) * most),
  );
}

/** The first keeps the plain name, which a single rule has. */
export const numbered = (id: string, index: number) => (index === 0 ? id : `${id}${index + 1}`);
