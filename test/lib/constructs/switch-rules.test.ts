import { flaggedRules, forceHttpForwardingRules } from '../../../lib/constructs/listener-rules';
import { apiPaths } from '../../../lib/constructs/own-paths';
import { switchNames, switchOrders, switchRules } from '../../../lib/constructs/switch-rules';
import { adapterNames, adapterPaths } from '../../../service/contract';

const paths = ['/webhooks/stripe', '/a', '/b', '/c'];

/** Every environment that there can be, as far as the rules are concerned. */
const environments = paths.flatMap((_, index) =>
  [true, false].flatMap((stripeIpsOnly) =>
    [
      { valuesTaken: 0, closedPaths: ['/*'] },
      { valuesTaken: 1, closedPaths: ['/*'] },
      { valuesTaken: 1, closedPaths: apiPaths(adapterNames.join(',')) },
    ].map((listener) => ({
      webhookPaths: paths.slice(0, index + 1),
      stripeIpsOnly,
      ...listener,
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
    const closing = rules.filter(({ action }) => action !== 'forward');
    expect(rules.at(-1)?.order).toBe(59);
    expect(closing.flatMap(({ paths }) => paths)).toEqual(environment.closedPaths);
    expect(rules.slice(-closing.length)).toEqual(closing);
    expect([...rules].sort((a, b) => a.order - b.order)).toEqual(rules);
  }
});

test('I6: what an adapter takes is closed with the API, and every path of theirs is known', () => {
  expect(apiPaths(undefined)).toEqual(['/v1/*']);
  expect(apiPaths('credits, topups')).toEqual([
    '/v1/*',
    '/api/billing/topups/checkout',
    '/api/billing/account',
    '/api/credits/purchase',
    '/api/credits/session/*',
  ]);
  const all = apiPaths(adapterNames.join(' ')).slice(1);
  expect(all.map((path) => path.replace('/*', '')).sort()).toEqual([...adapterPaths].sort());
});
