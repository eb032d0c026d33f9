import { flaggedRules, forceHttpForwardingRules } from '../../../lib/constructs/listener-rules';
import { switchNames, switchOrders, switchRules } from '../../../lib/constructs/switch-rules';

const paths = ['/webhooks/stripe', '/a', '/b', '/c'];

/** Every environment that there can be, as far as the rules are concerned. */
const environments = paths.flatMap((_, index) =>
  [true, false].flatMap((stripeIpsOnly) =>
    [0, 1].map((valuesTaken) => ({
      webhookPaths: paths.slice(0, index + 1),
      stripeIpsOnly,
      valuesTaken,
    })),
  ),
);

test('O11: no stack has a rule where a switch sets its own, and each switch stays where it may', () => {
  for (const environment of environments) {
    const byPort = {
      80: forceHttpForwardingRules(environment),
      443: flaggedRules({ ...environment, maintenance: true }),
    };
    for (const name of switchNames) {
      const { first, last, port } = switchOrders[name];
      const isOwn = (order: number) => order >= first && order <= last;
      expect(byPort[port].filter(({ order }) => isOwn(order))).toEqual([]);
      const orders = switchRules(name, environment).map(({ order }) => order);
      expect(orders.filter((order) => !isOwn(order))).toEqual([]);
      expect(new Set(orders).size).toBe(orders.length);
    }
  }
});

test('O11: a rule of a switch takes no more values than a load balancer allows', () => {
  for (const environment of environments) {
    for (const { methods = [], paths, sources = [] } of switchNames.flatMap((name) =>
      switchRules(name, environment),
    )) {
      const values = paths.length + sources.length + methods.length + environment.valuesTaken;
      expect(values).toBeLessThanOrEqual(5);
    }
  }
});

test('O11: what stays open in maintenance is set before the rest is closed, and goes before it', () => {
  for (const environment of environments) {
    const rules = switchRules('maintenance', environment);
    expect(rules.at(-1)).toMatchObject({ paths: ['/*'], order: 59 });
    expect(rules.slice(0, -1).map(({ action }) => action)).toEqual(
      rules.slice(0, -1).map(() => 'forward'),
    );
    expect([...rules].sort((a, b) => a.order - b.order)).toEqual(rules);
  }
});
