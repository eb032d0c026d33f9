import { emergencyFlip } from '../configuration/flag-examples';
import { answerTo } from '../load-balancer';
import {
  faultsOf,
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  synthesise,
  toHttps,
} from '../synthesis';
import { changesBetween } from '../template-changes';

afterAll(removeAssemblies);

const staging = { env: 'staging', ...toHttps };
const emergency = { ...staging, forceHttpForwarding: 'true' };
const host = 'billing.staging.example.com';
const permanent = 'redirected to HTTPS:443 by HTTP_301';
const temporary = 'redirected to HTTPS:443 by HTTP_302';

describe('I2: forceHttpForwarding', () => {
  test('I2: flipping it on changes one listener in place and replaces nothing', () => {
    expect(changesBetween(synthesise(staging), synthesise(emergency))).toEqual(emergencyFlip);
  });

  test('I2: flipping it off changes the same back', () => {
    const back = emergencyFlip.map((line) => line.replace(': + ', ': - ')).sort();
    expect(changesBetween(synthesise(emergency), synthesise(staging))).toEqual(back);
  });

  test('I2: before there is HTTPS, the flip changes the same and nothing else', () => {
    const changes = changesBetween(
      synthesise({ env: 'dev' }),
      synthesise({ env: 'dev', forceHttpForwarding: 'true' }),
    );
    expect(changes).toEqual(emergencyFlip);
  });

  test.each(['/', '/health', '/webhooks/stripe', '/v1/account'])(
    'I2: off, port 80 redirects %s for good',
    (path) => {
      const { service } = synthesise(staging).templates;
      expect(answerTo(service, { port: 80, host, path })).toBe(permanent);
      expect(answerTo(service, { port: 443, host, path })).toBe('forwarded');
    },
  );

  test.each([
    ['/webhooks/stripe', 'forwarded'],
    ['/health', 'forwarded'],
    ['/', temporary],
    ['/ready', temporary],
    ['/health/', temporary],
    ['/webhooks/stripe/more', temporary],
    ['/v1/account', temporary],
    ['/v1/checkout/sessions', temporary],
  ])('I2: on, port 80 has %s %s', (path, answer) => {
    const { service } = synthesise(emergency).templates;
    expect(answerTo(service, { port: 80, host, path })).toBe(answer);
    expect(answerTo(service, { port: 443, host, path })).toBe('forwarded');
  });

  test('I2: on, it stands in outputs, in a tag, in an alarm that is always red, and in print', () => {
    const { templates, report } = synthesise({
      ...emergency,
      forceHttpForwardingUntil: '2026-06-30',
    });
    const { Outputs } = templates.service;
    expect(Outputs.EmergencyHttp?.Value).toBe('ON: to be taken back by 2026-06-30T23:59:59.000Z');
    expect(Outputs.FlagsInForce?.Value).toMatch(/forceHttpForwarding=true/);
    expect(Outputs.FlagsGiven?.Value).toBe(
      '-c forceHttpForwarding=true -c forceHttpForwardingUntil=2026-06-30T23:59:59Z -c ' +
        'dnsDelegated=true -c enableAcm=true',
    );
    expect(
      propertiesOf(templates.service, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
    ).toMatchObject({
      Tags: [
        {
          Key: 'tollgate:emergency-http',
          Value: 'on: to be taken back by 2026-06-30T23:59:59.000Z',
        },
      ],
    });
    const alarms = resourcesOf(templates.service, 'AWS::CloudWatch::Alarm');
    expect(alarms.HttpsEdgeEmergencyHttpAlarm8C699729?.Properties).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 0,
      TreatMissingData: 'breaching',
    });
    expect(report).toMatch(/WARNING: forceHttpForwarding is ON/);
  });

  test('I2: synth refuses it from its expiry on', () => {
    const until = { ...emergency, forceHttpForwardingUntil: '2026-06-01T12:00Z' };
    const at = (time: string) => faultsOf(until, { now: new Date(time) });
    expect(at('2026-06-01T11:59:59Z')).toEqual([]);
    expect(at('2026-06-01T12:00:00Z')).toEqual([
      'forceHttpForwarding expired at 2026-06-01T12:00:00.000Z and it is 2026-06-01T12:00:00.000Z; ' +
        'deploy without it, or give forceHttpForwardingUntil a later date',
    ]);
  });

  test('I2: an expiry of nothing is refused', () => {
    const [fault] = faultsOf({ ...staging, forceHttpForwardingUntil: '2026-12-31' });
    expect(fault).toMatch(/without forceHttpForwarding=true/);
  });

  test('I2: on, it covers every path that the environment takes webhooks at', () => {
    const { service } = synthesise({
      ...emergency,
      environmentFile: `${__dirname}/../environments/two-webhook-paths.json`,
    }).templates;
    expect(answerTo(service, { port: 80, host, path: '/stripe/webhook' })).toBe('forwarded');
    expect(answerTo(service, { port: 80, host, path: '/webhooks/stripe' })).toBe('forwarded');
  });
});
