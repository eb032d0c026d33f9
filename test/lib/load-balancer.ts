import { resourcesOf, type Template } from './synthesis';

/** A request as the load balancer meets it. */
export interface IncomingRequest {
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

interface Action {
  readonly Type: string;
  readonly RedirectConfig?: Readonly<Record<string, string>>;
  readonly TargetGroupArn?: { readonly Ref: string };
}

interface Condition {
  readonly Field: string;
  readonly PathPatternConfig?: { readonly Values: readonly string[] };
  readonly HostHeaderConfig?: { readonly Values: readonly string[] };
}

interface Listener {
  readonly Port: number;
  readonly DefaultActions: readonly [Action];
}

interface Rule {
  readonly ListenerArn: { readonly Ref: string };
  readonly Priority: number;
  readonly Conditions: readonly Condition[];
  readonly Actions: readonly [Action];
}

/**
 * What the listeners and rules of a template do with a request: `refused` where nobody listens, else
 * the first rule whose conditions all hold, by priority, else the default action.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function answerTo(template: Template, request: IncomingRequest): string {
  const listeners = resourcesOf<Listener>(template, 'AWS::ElasticLoadBalancingV2::Listener');
  const rules = resourcesOf<Rule>(template, 'AWS::ElasticLoadBalancingV2::ListenerRule');
  for (const [id, { Properties: listener }] of Object.entries(listeners)) {
    if (listener.Port !== request.port) continue;
    const [rule] = Object.values(rules)
      .map((resource) => resource.Properties)
      .filter((rule) => rule.ListenerArn.Ref === id)
      .sort((a, b) => a.Priority - b.Priority)
      .filter((rule) => rule.Conditions.every((condition) => holds(condition, request)));
    const [action] = rule?.Actions ?? listener.DefaultActions;
    return inWords(action);
  }
  return 'refused';
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
  if (action.Type === 'forward') return 'forwarded';
  const { Protocol, Port, StatusCode } = action.RedirectConfig ?? {};
  return `redirected to ${Protocol}:${Port} by ${StatusCode}`;
}
