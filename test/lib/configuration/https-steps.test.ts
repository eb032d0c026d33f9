import { answerTo } from '../load-balancer';
import { faultsOfShop } from '../shop-environment';
import {
  faultsOf,
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  synthesise,
  toHttps,
} from '../synthesis';

afterAll(removeAssemblies);

/** Not one of lib/environments, whose domains are delegated one day. */
const undelegated = {
  env: 'shop',
  environmentFile: `${__dirname}/../environments/undelegated.json`,
};
const certificate = 'AWS::CertificateManager::Certificate';
const rule = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const adoptedCertificate = {
  env: 'adopting',
  environmentFile: `${__dirname}/../environments/adopting.json`,
};

describe('I3: the steps to HTTPS', () => {
  test('I3: a first deploy asks for no certificate and says the next step', () => {
    const { templates, report } = synthesise(undelegated);
    expect(resourcesOf(templates.service, certificate)).toEqual({});
    expect(propertiesOf(templates.network, 'AWS::Route53::HostedZone')).toEqual({
      Name: 'pay.shop.test.',
    });
    expect(report).toMatch(
      /no HTTPS listener in this deploy\. Next step: delegate .*output NameServers/,
    );
    expect(templates.service.Outputs.NextStepToHttps?.Value).toMatch(
      /^delegate .*set https\.dnsDelegated and https\.enableAcm to true in \S+\/undelegated\.json and deploy again$/,
    );
    expect(report).not.toMatch(/this run only/);
    expect(templates.network.Outputs).toHaveProperty('NameServers');
  });

  test('I3: a first deploy comes up: ECS finds its target group at a load balancer', () => {
    const { service } = synthesise(undelegated).templates;
    expect(propertiesOf(service, rule)).toMatchObject({
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'HttpsEdgeTargets4CA4226F' } }],
    });
    const [ecsService] = Object.values(resourcesOf(service, 'AWS::ECS::Service'));
    const [ruleId] = Object.keys(resourcesOf(service, rule));
    expect(ecsService?.DependsOn).toContain(ruleId);
    for (const path of ['/', '/health', '/webhooks/stripe']) {
      const request = { port: 80, host: 'pay.shop.test', path };
      expect(answerTo(service, request)).toBe('redirected to HTTPS:443 by HTTP_301');
    }
  });

  test('I3: with the zone delegated, certificate and HTTPS listener come in one deploy', () => {
    const { templates, report } = synthesise({
      ...undelegated,
      dnsDelegated: 'true',
      enableAcm: 'true',
    });
    expect(propertiesOf(templates.service, certificate)).toMatchObject({
      DomainName: 'pay.shop.test',
      ValidationMethod: 'DNS',
    });
    expect(
      Object.values(resourcesOf(templates.service, 'AWS::ElasticLoadBalancingV2::Listener')),
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Properties: expect.objectContaining({
            Port: 443,
            SslPolicy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2-/),
          }),
        }),
      ]),
    );
    expect(resourcesOf(templates.service, rule)).toEqual({});
    expect(report).not.toMatch(/Next step/);
  });

  test.each([
    [{ enableAcm: 'true' }, /enableAcm is true but dnsDelegated is false.*Next step: delegate/],
    [
      { enableAcm: 'true', enableRoute53: 'false' },
      /enableAcm is true but dnsDelegated is false.*Next step: set https\.enableRoute53 to true in \S+\/undelegated\.json/,
    ],
    [
      { dnsDelegated: 'true', enableRoute53: 'false' },
      /dnsDelegated is true but enableRoute53 is false.*Next step: set https\.enableRoute53 to true in \S+\/undelegated\.json/,
    ],
  ])('I3: %j is out of order and refused with the next step', (flags, message) => {
    const faults = faultsOf({ ...undelegated, ...flags });
    expect(faults).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    [{ enableRoute53: 'false' }, /^set https\.enableRoute53 to true/],
    [{ dnsDelegated: 'true' }, /^set https\.enableAcm to true/],
    [
      { dnsDelegated: 'true', enableAcm: 'true', waitForCertificateValidation: 'false' },
      /^set https\.waitForCertificateValidation to true/,
    ],
    [{ enableAcm: 'true', waitForCertificateValidation: 'false' }, /^delegate/],
  ])('I3: with %j nothing is waited for, and the next step is said', (flags, nextStep) => {
    const { service } = synthesise({ ...undelegated, ...flags }).templates;
    expect(resourcesOf(service, certificate)).toEqual({});
    expect(service.Outputs.NextStepToHttps?.Value).toMatch(nextStep);
    expect(service.Outputs).not.toHaveProperty('HttpsListenerArn');
  });

  test.each(['enableRoute53', 'dnsDelegated', 'enableAcm', 'waitForCertificateValidation'])(
    'I3: %s as a flag is warned of: the next deploy without it would take HTTPS back',
    (name) => {
      const { report } = synthesise({ ...undelegated, ...toHttps, [name]: 'true' });
      const named = [...new Set([name, ...Object.keys(toHttps)])].join('|');
      expect(report).toMatch(new RegExp(`WARNING: ((${named}),? )+given as flags .*this run only`));
    },
  );

  test.each(['enableRoute53', 'dnsDelegated', 'enableAcm', 'waitForCertificateValidation'])(
    'I3: %s=false is refused where production has HTTPS, which it would take away',
    (name) => {
      const live = { production: true, stripeMode: 'live' } as const;
      const https = { dnsDelegated: true, enableAcm: true };
      const flag = { [name]: 'false' };
      expect(faultsOfShop({ ...live, https }, flag)).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^${name}=false would take HTTPS away from .*deploy without the flag.*https\\.${name}`,
          ),
        ),
      );
      // On its way to HTTPS, and outside of production, the flags are for trying.
      const taken = /would take HTTPS away/;
      expect(faultsOfShop({ ...live, https: {} }, flag).join()).not.toMatch(taken);
      expect(faultsOfShop({ https }, flag).join()).not.toMatch(taken);
    },
  );

  test('I6: for an adopted zone nobody is sent to an output that is not there', () => {
    const { network, service } = synthesise({
      ...adoptedCertificate,
      environmentFile: `${__dirname}/../environments/adopting-zone.json`,
    }).templates;
    expect(network.Outputs).not.toHaveProperty('NameServers');
    expect(service.Outputs.NextStepToHttps?.Value).toMatch(
      /^delegate .*get-hosted-zone --id Z0123456789ABCDEFGHIJ.*dig NS shop\.test.*adopting-zone\.json/,
    );
    expect(service.Outputs.NextStepToHttps?.Value).not.toMatch(/output NameServers/);
  });

  test('I6: an adopted certificate needs no zone and no step', () => {
    const { service } = synthesise({ ...adoptedCertificate, enableRoute53: 'false' }).templates;
    expect(resourcesOf(service, certificate)).toEqual({});
    expect(service.Outputs).toHaveProperty('HttpsListenerArn');
    expect(resourcesOf(service, 'AWS::Route53::RecordSet')).toEqual({});
  });

  test('I6: the alias record goes into an adopted zone, and no zone is created', () => {
    const { network, service } = synthesise(adoptedCertificate).templates;
    expect(resourcesOf(network, 'AWS::Route53::HostedZone')).toEqual({});
    expect(propertiesOf(service, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'pay.shop.test.',
      HostedZoneId: 'Z0123456789ABCDEFGHIJ',
      Type: 'A',
    });
  });
});
