import { resourcesOf, type Template } from './synthesis';

/** A request as the load balancer meets it. */
export interface IncomingRequest {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** The address that it comes from; by default one of the documentation's, which is nobody's. */
  readonly source?: string;
}

interface Action {
  readonly Type: string;
  readonly RedirectConfig?: Readonly<Record<string, string>>;
  readonly TargetGroupArn?: string | { readonly Ref: string };
  /** By weights, which nobody but ECS has here. */
  readonly ForwardConfig?: object;
  readonly FixedResponseConfig?: { readonly StatusCode: string; readonly MessageBody: string };
}

interface Condition {
  readonly Field: string;
  readonly PathPatternConfig?: { readonly Values: readonly string[] };
  readonly HostHeaderConfig?: { readonly Values: readonly string[] };
  readonly SourceIpConfig?: { readonly Values: readonly string[] };
}

interface Listener {
  readonly Port: number;
  readonly DefaultActions: readonly [Action];
}

interface Rule {
  readonly ListenerArn: string | { readonly Ref: string };
  readonly Priority: number;
  readonly Conditions: readonly Condition[];
  readonly Actions: readonly [Action];
}

/** Listeners that somebody else made, by their port: what is not matched there is theirs. */
export type AdoptedListeners = Readonly<Record<number, string>>;

/**
 * What the listeners and rules of a template do with a request: `refused` where nobody listens, else
 * the first rule whose conditions all hold, by priority, else the default action.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function answerTo(
  template: Template,
  request: IncomingRequest,
  adopted: AdoptedListeners = {},
): string {
  const arn = adopted[request.port];
  if (arn !== undefined) return answerOf(template, arn, request) ?? 'left to others';
  const listeners = resourcesOf<Listener>(template, 'AWS::ElasticLoadBalancingV2::Listener');
  for (const [id, { Properties: listener }] of Object.entries(listeners)) {
    if (listener.Port !== request.port) continue;
    return answerOf(template, id, request) ?? inWords(listener.DefaultActions[0]);
  }
  return 'refused';
}

function answerOf(
  template: Template,
  listener: string,
  request: IncomingRequest,
): string | undefined {
  const rules = resourcesOf<Rule>(template, 'AWS::ElasticLoadBalancingV2::ListenerRule');
  const ofListener = Object.values(rules)
    .map((resource) => resource.Properties)
    .filter(({ ListenerArn }) => referenceOf(ListenerArn) === listener)
    .sort((a, b) => a.Priority - b.Priority);
  for (const rule of ofListener) expectWithinLimits(rule);
  const priorities = new Set(ofListener.map(({ Priority }) => Priority));
  if (priorities.size < ofListener.length) throw new Error('two rules have one priority');
  const [rule] = ofListener.filter((rule) =>
    rule.Conditions.every((condition) => holds(condition, request)),
  );
  return rule === undefined ? undefined : inWords(rule.Actions[0]);
}

const referenceOf = (reference: string | { readonly Ref: string }) =>
  typeof reference === 'string' ? reference : reference.Ref;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
function expectWithinLimits({ Conditions }: Rule): void {
  const values = Conditions.flatMap(
    ({ HostHeaderConfig, PathPatternConfig, SourceIpConfig }) =>
      (HostHeaderConfig ?? PathPatternConfig ?? SourceIpConfig)?.Values ?? [],
  );
  if (values.length > 5) throw new Error(`a rule has ${values.length} values; it takes 5`);
}

function holds(condition: Condition, request: IncomingRequest): boolean {
  switch (condition.Field) {
    case 'path-pattern':
      return (condition.PathPatternConfig?.Values ?? []).some((glob) =>
        matches(glob, request.path),
      );
    case 'host-header':
      return (condition.HostHeaderConfig?.Values ?? []).some((glob) =>
        matches(glob.toLowerCase(), request.host.toLowerCase()),
      );
    case 'source-ip':
      // One address each, so that equality is what a range of it comes to.
      return (condition.SourceIpConfig?.Values ?? []).includes(
        `${request.source ?? '198.51.100.7'}/32`,
      );
    default:
      throw new Error(`condition ${condition.Field} is not known here; teach it to answerTo()`);
  }
}

/** `*` is any number of characters, `?` is one; everything else is itself, case included. */
function matches(glob: string, text: string): boolean {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

function inWords(action: Action): string {
  if (action.Type === 'forward') {
    if (action.ForwardConfig !== undefined) return 'forwarded as ECS weighs the target groups';
    const target = referenceOf(action.TargetGroupArn ?? '');
    if (target.startsWith('CanaryTargets')) return 'forwarded to the alternate target group';
    return /FrontEnd|front-end/.test(target) ? 'forwarded to the front end' : 'forwarded';
  }
  if (action.FixedResponseConfig !== undefined) {
    const { MessageBody, StatusCode } = action.FixedResponseConfig;
    return `answered ${StatusCode} ${JSON.parse(MessageBody).code}`;
  }
  const { Protocol, Port, StatusCode } = action.RedirectConfig ?? {};
  return `redirected to ${Protocol}:${Port} by ${StatusCode}`;
}
