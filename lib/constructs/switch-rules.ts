import {
  type EdgeRule,
  type EdgeRulesProps,
  type FixedProblem,
  flaggedRules,
  forceHttpForwardingRules,
} from './listener-rules';

/** What `ops switch` sets by rules of its own, beside those of the flags. */
export const switchNames = ['emergency-http', 'maintenance', 'checkout'] as const;
export type SwitchName = (typeof switchNames)[number];

/** What says on a rule that `ops switch` has set whose it is: `{project}-{env}`. */
export const environmentTag = 'tollgate:environment';

/** A rule that `ops switch` sets. */
export interface SwitchRule extends EdgeRule {
  /** The methods that it is for; none is any. */
  readonly methods?: readonly string[];
}

/**
 * The orders that no stack makes a rule at, kept free for `ops switch`. Each is where its flag's rules
 * have the same say: behind the rules of the flags, so that `stripeIpsOnly` goes on holding, and
 * before the front end and the way to the service.
 */
export const switchOrders: Readonly<
  Record<SwitchName, { readonly port: 80 | 443; readonly first: number; readonly last: number }>
> = {
  'emergency-http': { port: 80, first: 41, last: 89 },
  maintenance: { port: 443, first: 56, last: 59 },
  checkout: { port: 443, first: 1, last: 9 },
};

/** Where a purchase begins. What became of one is asked there too, by GET, and stays open. */
export const newCheckout = { method: 'POST', path: '/v1/checkout/sessions' } as const;

/** As the service answers when a deploy has turned checkout off. */
const checkoutDisabled: FixedProblem = {
  status: 503,
  code: 'checkout_disabled',
  title: 'Nothing is sold at the moment',
  fix: 'Operators: `npm run ops -- switch checkout on` for this environment, to sell again.',
};

/** The rules of a switch, in the order in which they are to be set. */
export function switchRules(name: SwitchName, props: EdgeRulesProps): readonly SwitchRule[] {
  const { first, last } = switchOrders[name];
  if (name === 'emergency-http') {
    return forceHttpForwardingRules(props).map((rule) => ({
      ...rule,
      order: rule.order + first - 1,
    }));
  }
  if (name === 'checkout') {
    const { method, path } = newCheckout;
    const to = { paths: [path], methods: [method] };
    return [{ id: 'Checkout', order: first, ...to, action: checkoutDisabled }];
  }
  // Until what closes stands, what stays open changes nothing: hence open first.
  const rules = flaggedRules({ ...props, stripeIpsOnly: false, maintenance: true });
  return rules.map((rule, index) => ({
    ...rule,
    order: rule.action === 'forward' ? first + index : last + 1 - (rules.length - index),
  }));
}
