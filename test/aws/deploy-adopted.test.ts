import { environmentVariables as variables } from '../../service/contract';
import { removeAssemblies } from '../lib/synthesis';
import { Account, type Everything, type Shared } from './account';
import { AwsDouble } from './aws-double';
import { DeployedEnvironment } from './deployed-environment';
import { Deployment, madeBefore, type Outputs } from './deployment';
import { testWithMoto } from './python-tools';

const direct = '--method=direct';

describe('an environment that adopts all there is to adopt', () => {
  let double: AwsDouble;
  let account: Account;
  let deployed: DeployedEnvironment;
  let environment: Deployment;
  let shared: Shared;
  let before: { readonly everything: Everything; readonly listeners: object };
  let made: Outputs | undefined;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    account = new Account(double);
    deployed = new DeployedEnvironment(double.endpoint);
    shared = await account.makeShared('shop.test');
    environment = new Deployment(double, 'adopted', { domainName: 'pay.shop.test', ...shared });
    before = { everything: await account.everything(), listeners: await theirs() };
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  const listenerArns = () => [
    shared.loadBalancer.httpListenerArn,
    shared.loadBalancer.httpsListenerArn,
  ];

  /** What the listeners do for requests of others, and what they present. */
  const theirs = () =>
    Promise.all(
      listenerArns().map(async (arn) => ({
        default: await deployed.defaultActions(arn),
        rules: (await deployed.rules(arn)).filter(({ Priority }) => Number(Priority) < 1_000),
        certificates: await deployed.certificates(arn),
      })),
    );

  /** What is the service's own on port 80 and on port 443: its paths on its host, four to a rule. */
  const own = () =>
    ['redirect', 'forward'].map((action) =>
      ['/version /openapi.json /v1/*', '/webhooks/stripe /health /started /ready']
        .map((paths) => `${action} pay.shop.test, ${paths}`)
        .sort(),
    );

  /** Each listener's rules of ours, in words. */
  const ours = () =>
    Promise.all(
      listenerArns().map(async (arn) => {
        const { rules } = await deployed.port(arn);
        return rules.filter((rule) => !rule.includes('www.shop.test'));
      }),
    );

  testWithMoto(
    'I6: it deploys into the listeners of others, by rules for its own host',
    async () => {
      made = await environment.deploy(environment.synthesised(), direct);
      expect(made.service).toMatchObject({
        HttpListenerArn: shared.loadBalancer.httpListenerArn,
        HttpsListenerArn: shared.loadBalancer.httpsListenerArn,
        TargetGroupArn: shared.loadBalancer.targetGroupArn,
        LoadBalancerArn: shared.loadBalancer.arn,
        NextStepToHttps: 'none: HTTPS is complete',
      });
      expect(await ours()).toEqual(own());
      const { loadBalancers } = await deployed.service(made.service ?? {});
      expect(loadBalancers).toMatchObject([{ targetGroupArn: shared.loadBalancer.targetGroupArn }]);
    },
  );

  testWithMoto('I4, I6: its container has the adopted secrets by their complete ARNs', async () => {
    const { data = {}, service } = madeBefore(made, 'the deployment that adopts');
    const { injected, told } = await deployed.container(service);
    expect(injected).toEqual({
      [variables.stripeSecretKey]: shared.secrets.stripeSecretKeyArn,
      [variables.stripeWebhookSecret]: shared.secrets.stripeWebhookSecretArn,
      [variables.jwtAccessTokenSecret]: shared.secrets.jwtAccessTokenSecretArn,
    });
    expect(told).toMatchObject({
      [variables.databaseSecretArn]: shared.externalDatabase.secretArn,
      [variables.billingEventsTopicArn]: data.BillingEventsTopicArn,
    });
  });

  testWithMoto(
    'I2, I6: the emergency opens port 80 for its own host, and is taken back; others notice nothing',
    async () => {
      const host = 'pay.shop.test';
      await environment.deploy(
        environment.synthesised({ forceHttpForwarding: 'true', secretsVersion: 'previous' }),
        direct,
        ...environment.only('service'),
      );
      const [redirects = [], forwards] = own();
      expect(await ours()).toEqual([
        [`forward ${host}, /webhooks/stripe /health`, ...redirects],
        forwards,
      ]);
      expect(await theirs()).toEqual(before.listeners);
      const { injected } = await deployed.container(made?.service);
      expect(injected[variables.stripeSecretKey]).toBe(
        `${shared.secrets.stripeSecretKeyArn}::AWSPREVIOUS:`,
      );

      await environment.deploy(environment.synthesised(), direct, ...environment.only('service'));
      expect(await ours()).toEqual(own());
      expect(await theirs()).toEqual(before.listeners);
    },
  );

  testWithMoto('I6: destroyed, it leaves what it adopted as it found it', async () => {
    await environment.destroy(environment.synthesised());
    expect(await account.everything()).toEqual({
      ...before.everything,
      topics: ['tollgate-adopted-billing-events'],
    });
    expect(await theirs()).toEqual(before.listeners);
    expect(await ours()).toEqual([[], []]);
  });
});
