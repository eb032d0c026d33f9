import { removeAssemblies } from '../lib/synthesis';
import { Account } from './account';
import { AwsDouble } from './aws-double';
import { Deployment } from './deployment';
import { testWithMoto } from './python-tools';

describe('ways out of the private subnets', () => {
  let double: AwsDouble;
  let account: Account;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    account = new Account(double);
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  testWithMoto.each([
    [
      'regional',
      { nat: 'regional' },
      { gateways: ['regional'], ways: ['privateSubnet1', 'privateSubnet2'], endpoints: 1 },
    ],
    ['none', { nat: 'none', interfaceEndpoints: true }, { gateways: [], ways: [], endpoints: 6 }],
  ])(
    'I1: NAT %s deploys, and its private subnets lead out by it or nowhere',
    async (nat, content, expected) => {
      const other = new Deployment(double, nat, { domainName: `${nat}.rich.test`, ...content });
      const templates = other.synthesised();
      await other.deploy(templates, '--method=direct', ...other.only('network'));
      const [vpc = ''] = (await account.everything()).vpcs as readonly string[];
      const { endpoints, gateways, routes } = await account.network(vpc);
      expect(Object.values(gateways)).toEqual(expected.gateways);
      const out = Object.entries(routes).filter(([, way]) => way in gateways);
      expect(out.map(([subnet]) => subnet).sort()).toEqual(expected.ways);
      expect(Object.keys(endpoints)).toHaveLength(expected.endpoints);
      await other.destroy(templates, 'network');
    },
  );
});
