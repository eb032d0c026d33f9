import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { removeAssemblies, type Synthesis, synthesise } from '../lib/synthesis';
import { Account } from './account';
import { AwsDouble, doubleRegion } from './aws-double';
import { Deployment } from './deployment';
import { testWithMoto } from './python-tools';

/** Production with all that it can have: what is retained and protected, under fixed names. */
const production = {
  production: true,
  stripeMode: 'live',
  domainName: 'billing.shop.test',
  https: { dnsDelegated: true, enableAcm: true },
  deployment: 'beforeCanary',
  firewall: { enabled: true },
  frontEnd: {
    hosts: ['app.billing.shop.test'],
    image: `ghcr.io/shop/front@sha256:${'0'.repeat(64)}`,
  },
  deployRole: { repository: 'shop/payments' },
  stripeEventSource: 'aws.partner/stripe.com/ed_61abc',
};

describe('a first deploy of production', () => {
  let double: AwsDouble;
  let account: Account;
  let cloudFormation: CloudFormationClient;
  let environment: Deployment;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start();
    account = new Account(double);
    environment = new Deployment(double, 'prod', production);
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const { endpoint } = double;
    cloudFormation = new CloudFormationClient({ endpoint, region: doubleRegion, credentials });
    await environment.bootstrap(environment.synthesised());
    await double.makePartnerEventSource(production.stripeEventSource);
  });

  afterAll(async () => {
    removeAssemblies();
    cloudFormation?.destroy();
    await double?.stop();
  });

  /** As the CDK does: a stack that failed is deleted before it is made again. */
  async function create(name: string, template: string): Promise<string> {
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: template,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0]?.StackStatus ?? '';
  }

  async function reasons(name: string): Promise<string> {
    const { StackEvents } = await cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: name }),
    );
    return (StackEvents ?? []).map(({ ResourceStatusReason = '' }) => ResourceStatusReason).join();
  }

  testWithMoto(
    'I16: whatever kind of resource fails, what was made is undone and made again',
    async () => {
      const first = synthesise(environment.context(), { isStanding: () => false });
      for (const name of ['network', 'data', 'service', 'monitoring', 'deploy-role']) {
        const stack = `tollgate-prod-${name}`;
        const template = templateOf(first, stack);
        const kinds = kindsOf(template);
        const before = await account.everything();
        const ended: Record<string, string> = {};
        for (const kind of kinds) {
          double.failCreationOf(kind);
          ended[kind] = `${await create(stack, template)}: ${await reasons(stack)}`;
          await cloudFormation.send(new DeleteStackCommand({ StackName: stack }));
        }
        expect(ended).toEqual(
          Object.fromEntries(
            kinds.map((kind) => [kind, expect.stringMatching(/^ROLLBACK_COMPLETE: .*stabilize/)]),
          ),
        );
        expect(await account.everything()).toEqual(before);
        double.failCreationOf();
        expect([stack, await create(stack, template)]).toEqual([stack, 'CREATE_COMPLETE']);
        if (name === 'network') await account.delegate(production.domainName);
      }
    },
  );

  testWithMoto(
    'I16: what protects production from deletion would stop that, so that it comes later',
    async () => {
      const lasting = synthesise(environment.context());
      expect(lasting.terminationProtection).toContain('tollgate-prod-service');
      const stack = 'tollgate-prod-service-again';
      double.failCreationOf('AWS::ECS::Service');
      const status = await create(stack, templateOf(lasting, 'tollgate-prod-service'));
      double.failCreationOf();
      expect([status, await reasons(stack)]).toEqual([
        'ROLLBACK_FAILED',
        expect.stringContaining('because deletion protection is enabled'),
      ]);
    },
  );

  testWithMoto(
    'I1, I16: npm run deploy repeats one that failed, and protects what stands',
    async () => {
      const live = new Deployment(double, 'live', {
        production: true,
        stripeMode: 'live',
        domainName: 'billing.live.test',
      });
      const deploy = () =>
        double.npmRunDeploy('--method=direct', '--require-approval=never', ...live.app());
      double.failCreationOf('AWS::ECS::Service');
      const failed = await deploy();
      expect(failed).toEqual({ exitCode: 1, output: expect.stringContaining('did not stabilize') });
      expect(failed.output).not.toContain('Deploying once more');
      double.failCreationOf();
      const repeated = await deploy();
      expect(repeated).toEqual({
        exitCode: 0,
        output: expect.stringContaining(
          'Deploying once more, which protects tollgate-live-service, tollgate-live-monitoring',
        ),
      });
      const { databases } = await account.everything();
      const [database] = (databases as readonly string[]).filter((name) => /live/.test(name));
      expect(await account.deleteDatabase(database ?? '')).toMatch(/disable deletion protection/);
      await expect(live.destroy(live.lastSynthesised(), 'service')).rejects.toThrow(
        'tollgate-live-service] cannot be deleted while TerminationProtection is enabled',
      );
      await account.unprotectStack('tollgate-live-service');
      await expect(live.destroy(live.lastSynthesised(), 'service')).rejects.toThrow(
        /because deletion protection is enabled/,
      );
    },
  );
});

const templateOf = ({ directory }: Synthesis, stack: string) =>
  readFileSync(join(directory, `${stack}.template.json`), 'utf8');

function kindsOf(template: string): readonly string[] {
  const { Resources } = JSON.parse(template) as { Resources: Record<string, { Type: string }> };
  return [...new Set(Object.values(Resources).map(({ Type }) => Type))];
}
