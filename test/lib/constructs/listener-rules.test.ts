import { stripeWebhookAddresses } from '../../../lib/constructs/stripe-addresses';
import { answerTo } from '../load-balancer';
import { propertiesOf, removeAssemblies, resourcesOf, synthesise, toHttps } from '../synthesis';
import { changesBetween } from '../template-changes';

afterAll(removeAssemblies);

const staging = { env: 'staging', ...toHttps };
const host = 'billing.staging.example.com';
const ofStripe = stripeWebhookAddresses.addresses;
const [first = '', last = ''] = [ofStripe[0], ofStripe.at(-1)];
const twoPaths = { environmentFile: `${__dirname}/../environments/two-webhook-paths.json` };

describe('I9: maintenance', () => {
  const closed = synthesise({ ...staging, maintenance: 'on' }).templates.service;

  test.each([
    ['/webhooks/stripe', 'forwarded'],
    ['/health', 'forwarded'],
    ['/', 'answered 503 maintenance'],
    ['/ready', 'answered 503 maintenance'],
    ['/health/', 'answered 503 maintenance'],
    ['/webhooks/stripe/more', 'answered 503 maintenance'],
    ['/v1/checkout/sessions', 'answered 503 maintenance'],
  ])('I9: in maintenance, %s is %s', (path, answer) => {
    expect(answerTo(closed, { port: 443, host, path })).toBe(answer);
  });

  test('I9: the answer is a problem as the service’s are, with its code and its fix', () => {
    const rules = Object.values(
      resourcesOf<{ Actions: readonly { FixedResponseConfig?: { MessageBody: string } }[] }>(
        closed,
        'AWS::ElasticLoadBalancingV2::ListenerRule',
      ),
    );
    const bodies = rules.flatMap(({ Properties }) =>
      Properties.Actions.flatMap(({ FixedResponseConfig }) => FixedResponseConfig ?? []),
    );
    expect(bodies.map(({ MessageBody }) => JSON.parse(MessageBody))).toEqual([
      {
        type: 'urn:tollgate:problem:maintenance',
        title: 'Closed for maintenance',
        status: 503,
        code: 'maintenance',
        fix: 'Try again later.',
      },
    ]);
  });

  test('I9: closing and opening again adds and removes two rules, and touches nothing else', () => {
    const [open, shut] = [synthesise(staging), synthesise({ ...staging, maintenance: 'on' })];
    const rules = ['HttpsEdgeMaintenance6F27FADF', 'HttpsEdgeOpenInMaintenance60DFCD1C'];
    expect(changesBetween(open, shut)).toEqual([
      ...rules.map((id) => `service: + ${id}`),
      'service: output FlagsGiven',
      'service: output FlagsInForce',
    ]);
    expect(changesBetween(shut, open)).toEqual([
      ...rules.map((id) => `service: - ${id}`),
      'service: output FlagsGiven',
      'service: output FlagsInForce',
    ]);
  });
});

describe('I9: stripeIpsOnly', () => {
  const only = synthesise({ ...staging, stripeIpsOnly: 'true' }).templates.service;

  test('I9: every published address reaches the webhook, and no other does', () => {
    expect(ofStripe.length).toBeGreaterThan(10);
    const webhook = { port: 443, host, path: '/webhooks/stripe' };
    for (const source of ofStripe) {
      expect([source, answerTo(only, { ...webhook, source })]).toEqual([source, 'forwarded']);
    }
    expect(answerTo(only, webhook)).toBe('answered 403 address_not_of_stripe');
    expect(answerTo(only, { ...webhook, path: '/v1/account' })).toBe('forwarded');
    expect(answerTo(only, { ...webhook, path: '/health' })).toBe('forwarded');
  });

  test('I9: with several webhook paths, each of them is closed to others', () => {
    const { service } = synthesise({ ...staging, ...twoPaths, stripeIpsOnly: 'true' }).templates;
    for (const path of ['/stripe/webhook', '/webhooks/stripe']) {
      expect(answerTo(service, { port: 443, host, path, source: last })).toBe('forwarded');
      expect(answerTo(service, { port: 443, host, path })).toBe(
        'answered 403 address_not_of_stripe',
      );
    }
  });

  test('I2, I9: in an emergency, port 80 is open to the same addresses', () => {
    const { service } = synthesise({
      ...staging,
      stripeIpsOnly: 'true',
      forceHttpForwarding: 'true',
    }).templates;
    const webhook = { port: 80, host, path: '/webhooks/stripe' };
    expect(answerTo(service, { ...webhook, source: first })).toBe('forwarded');
    expect(answerTo(service, webhook)).toBe('redirected to HTTPS:443 by HTTP_302');
    expect(answerTo(service, { ...webhook, path: '/health' })).toBe('forwarded');
  });

  test('I9: in maintenance, Stripe alone still reaches the webhook', () => {
    const { service } = synthesise({
      ...staging,
      stripeIpsOnly: 'true',
      maintenance: 'on',
    }).templates;
    const webhook = { port: 443, host, path: '/webhooks/stripe' };
    expect(answerTo(service, { ...webhook, source: first })).toBe('forwarded');
    expect(answerTo(service, webhook)).toBe('answered 403 address_not_of_stripe');
    expect(answerTo(service, { ...webhook, path: '/v1/account', source: first })).toBe(
      'answered 503 maintenance',
    );
  });

  test('I9: the flag adds rules, and takes them away again, and changes nothing else', () => {
    const [before, after] = [
      synthesise(staging),
      synthesise({ ...staging, stripeIpsOnly: 'true' }),
    ];
    for (const [changes, sign] of [
      [changesBetween(before, after), '+'],
      [changesBetween(after, before), '-'],
    ] as const) {
      const rules = changes.filter((line) => !line.startsWith('service: output Flags'));
      expect(changes).toHaveLength(rules.length + 2);
      // 15 addresses, 4 to a rule beside the path, and the rule that refuses the rest.
      expect(rules).toHaveLength(5);
      for (const line of rules) {
        expect(line).toMatch(new RegExp(`^service: \\${sign} HttpsEdge(Not)?FromStripe`));
      }
    }
  });

  test('I9: the list says where it is from and of which day', () => {
    expect(new Date(stripeWebhookAddresses.asOf).toISOString()).toMatch(
      stripeWebhookAddresses.asOf,
    );
    expect(stripeWebhookAddresses.source).toMatch(/^https:\/\/stripe\.com\//);
    expect(new Set(ofStripe).size).toBe(ofStripe.length);
    for (const address of ofStripe) expect(address).toMatch(/^(\d{1,3}\.){3}\d{1,3}$/);
  });
});

test('I11: the load balancer drops malformed requests and logs requests and connections', () => {
  const { LoadBalancerAttributes } = propertiesOf<{
    LoadBalancerAttributes: readonly { Key: string; Value: unknown }[];
  }>(synthesise(staging).templates.service, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const attributes = Object.fromEntries(
    LoadBalancerAttributes.map(({ Key, Value }) => [Key, Value]),
  );
  expect(attributes).toMatchObject({
    'routing.http.drop_invalid_header_fields.enabled': 'true',
    'routing.http.desync_mitigation_mode': 'defensive',
    'access_logs.s3.enabled': 'true',
    'connection_logs.s3.enabled': 'true',
    'connection_logs.s3.prefix': 'connections',
  });
  expect(attributes['connection_logs.s3.bucket']).toEqual(attributes['access_logs.s3.bucket']);
});
