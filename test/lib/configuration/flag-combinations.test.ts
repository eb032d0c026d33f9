import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { healthPath, openPaths } from '../../../service/contract';
import { EnvironmentFiles, shortest } from '../environment-files';
import { type AdoptedListeners, answerTo, type IncomingRequest } from '../load-balancer';
import { removeAssemblies, synthesise } from '../synthesis';

const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

const ofStripe = '3.18.12.63';
const host = shortest.domainName;
const frontHost = 'app.shop.test';
const { vpc, loadBalancer, https } = JSON.parse(
  readFileSync(join(__dirname, '../environments/adopting-everything.json'), 'utf8'),
);
const listeners: AdoptedListeners = {
  80: loadBalancer.httpListenerArn,
  443: loadBalancer.httpsListenerArn,
};
const image = `ghcr.io/shop/front@sha256:${'0'.repeat(64)}`;
const frontEnds = {
  none: undefined,
  byPath: { image, paths: ['/app/*'] },
  byHost: { image, hosts: [frontHost] },
} as const;
const fourPaths = ['/webhooks/stripe', '/stripe/webhook', '/a', '/b/c'];

interface Combination {
  readonly emergency: boolean;
  readonly maintenance: boolean;
  readonly stripeIpsOnly: boolean;
  readonly isAdopted: boolean;
  readonly frontEnd: keyof typeof frontEnds;
  readonly webhookPaths: readonly string[];
}

/** All of the three flags, and with each of them every choice of an environment at least once. */
const combinations = Array.from({ length: 16 }, (_, index): Combination => {
  const isAdopted = index >= 8;
  return {
    emergency: (index & 1) > 0,
    maintenance: (index & 2) > 0,
    stripeIpsOnly: (index & 4) > 0,
    isAdopted,
    frontEnd: (['none', 'byPath', 'byHost'] as const)[(index + (isAdopted ? 1 : 0)) % 3] ?? 'none',
    webhookPaths: fourPaths.slice(0, (index + Math.floor(index / 2)) % 2 === 0 ? 4 : 1),
  };
});

function templateOf({ emergency, maintenance, stripeIpsOnly, ...rest }: Combination) {
  const { frontEnd, isAdopted, webhookPaths } = rest;
  const environment = files.write({
    webhookPaths,
    https: { ...https, dnsDelegated: true, enableAcm: true },
    ...(isAdopted && { vpc, loadBalancer }),
    ...(frontEnd !== 'none' && { frontEnd: frontEnds[frontEnd] }),
  });
  const { templates } = synthesise({
    ...environment,
    ...(emergency && { forceHttpForwarding: 'true' }),
    ...(maintenance && { maintenance: 'on' }),
    ...(stripeIpsOnly && { stripeIpsOnly: 'true' }),
  });
  return templates.service;
}

/** What the flags' sentences say becomes of a request. */
function expected(combination: Combination, request: IncomingRequest): string {
  const { frontEnd, isAdopted, maintenance, stripeIpsOnly, webhookPaths } = combination;
  const isOfFrontEnd = frontEnd === 'byHost' && request.host === frontHost;
  if (isAdopted && request.host !== host && !(isOfFrontEnd && request.port === 443)) {
    return 'left to others';
  }
  if (request.port === 80) return expectedOfPort80(combination, request);
  const isWebhook = webhookPaths.includes(request.path);
  // In a listener that is shared, flags are of the one host; in our own, of every host.
  const isFlagged = !isAdopted || request.host === host;
  if (isFlagged && isWebhook && stripeIpsOnly) {
    return request.source === ofStripe ? 'forwarded' : 'answered 403 address_not_of_stripe';
  }
  if (isFlagged && maintenance) {
    if (isWebhook || request.path === healthPath) return 'forwarded';
    // Of a host that is shared, what is the service's to close is its API.
    if (!isAdopted || request.path.startsWith('/v1/')) return 'answered 503 maintenance';
  }
  const isOfItsPaths = frontEnd === 'byPath' && request.path.startsWith('/app/');
  if (isOfFrontEnd || isOfItsPaths) return 'forwarded to the front end';
  return isAdopted && !isOwn(combination, request) ? 'left to others' : 'forwarded';
}

/** What the service answers itself. */
const isOwn = ({ webhookPaths }: Combination, { path }: IncomingRequest) =>
  [...webhookPaths, ...openPaths].includes(path) || path.startsWith('/v1/');

function expectedOfPort80(combination: Combination, request: IncomingRequest): string {
  const { emergency, isAdopted, stripeIpsOnly, webhookPaths } = combination;
  const { path, source } = request;
  if (isAdopted && !isOwn(combination, request)) return 'left to others';
  if (!emergency) return 'redirected to HTTPS:443 by HTTP_301';
  const isWebhook = webhookPaths.includes(path) && (!stripeIpsOnly || source === ofStripe);
  const isOpen = isWebhook || path === healthPath;
  return isOpen ? 'forwarded' : 'redirected to HTTPS:443 by HTTP_302';
}

const paths = [
  ...fourPaths,
  healthPath,
  '/',
  '/HEALTH',
  '/health/',
  '/ready',
  '/webhooks/stripe/',
  '/webhooks/stripe/more',
  '/v1/checkout/sessions',
  '/v1/account',
  '/v1/admin/events',
  '/app/',
  '/openapi.json',
  '/nothing',
];
const requests = [80, 443].flatMap((port) =>
  [host, frontHost, 'somebody.test'].flatMap((name) =>
    paths.flatMap((path) =>
      [ofStripe, '198.51.100.7'].map((source) => ({ port, host: name, path, source })),
    ),
  ),
);

describe('I2, I7, I9: flags together', () => {
  test.each(combinations)(
    'I2, I7, I9: every request meets what the flags say: %j',
    (combination) => {
      const template = templateOf(combination);
      const adopted = combination.isAdopted ? listeners : {};
      const wrong = requests.flatMap((request) => {
        const answer = answerTo(template, request, adopted);
        const said = expected(combination, request);
        return answer === said ? [] : [{ ...request, answer, said }];
      });
      expect(wrong).toEqual([]);
    },
  );

  test('I9: each choice of an environment stands beside each value of each flag', () => {
    for (const flag of ['emergency', 'maintenance', 'stripeIpsOnly'] as const) {
      for (const isGiven of [true, false]) {
        const met = combinations.filter((each) => each[flag] === isGiven);
        expect(new Set(met.map(({ isAdopted }) => isAdopted)).size).toBe(2);
        expect(new Set(met.map(({ frontEnd }) => frontEnd)).size).toBe(3);
        expect(new Set(met.map(({ webhookPaths }) => webhookPaths.length)).size).toBe(2);
      }
    }
  });
});
