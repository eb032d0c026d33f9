import { adoptedBalancer, home, loadBalancer, vpc } from '../adopted-resources';
import { EnvironmentFiles } from '../environment-files';
import { removeAssemblies } from '../synthesis';

const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

describe('I6: what cannot be adopted like that is refused with the fix', () => {
  const listenerOf = (name: string) =>
    `arn:aws:elasticloadbalancing:${home}:listener/app/${name}/0123456789abcdef/00000000000000aa`;
  const secretArn = `arn:aws:secretsmanager:${home}:secret:shop-database-AbC123`;
  const externalDatabase = { secretArn, peer: '10.1.2.0/24' };

  test.each<[object, RegExp]>([
    [{ vpc: { ...vpc, id: 'vpc-xyz' } }, /vpc\.id is "vpc-xyz"; expected the id of a VPC/],
    [
      { vpc: { ...vpc, privateSubnetIds: [...vpc.privateSubnetIds, 'subnet-99999999'] } },
      /privateSubnetIds names 3 subnets and availabilityZones 2 zones; name one subnet for each/,
    ],
    [
      { vpc: { ...vpc, dnsServers: ['0.0.0.0/0'] } },
      /dnsServers\.0 is "0\.0\.0\.0\/0"; expected an/,
    ],
    [
      {
        secrets: {
          imported: ['stripeSecretKey'],
          stripeSecretKeyArn: `arn:aws:secretsmanager:${home}:secret:shop-stripe-AbC123`,
        },
      },
      /secrets\.imported names stripeSecretKey, .*never both; take one of the two out/,
    ],
    [
      { billingEventsTopicArn: `arn:aws-cn:sns:${home}:billing` },
      /billingEventsTopicArn is of partition aws-cn; expected aws, where us-east-1 is$/,
    ],
    [
      {
        deployRole: {
          repository: 'shop/pay',
          providerArn:
            'arn:aws-us-gov:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
        },
      },
      /deployRole\.providerArn is of partition aws-us-gov; expected aws, where us-east-1 is$/,
    ],
    [
      { secrets: { imported: ['stripeKey'] } },
      /imported\.0 is "stripeKey"; expected .*stripeSecret/,
    ],
    [{ vpc, nat: 'perZone' }, /nat is perZone, but the adopted vpc has .*leave nat out/],
    [{ vpc, vpcCidr: '10.9.0.0/16' }, /vpcCidr is given beside vpc.*take one of the two out/],
    [{ vpc, interfaceEndpoints: false }, /interfaceEndpoints is given beside vpc/],
    [{ vpc, flowLogs: 'none' }, /flowLogs is given beside vpc/],
    [{ externalDatabase, database: { readers: 1 } }, /database is given beside externalDatabase/],
    [
      { externalDatabase: { ...externalDatabase, secretArn: secretArn.slice(0, -7) } },
      /externalDatabase\.secretArn is .* partial.*describe-secret/,
    ],
    [
      { externalDatabase: { ...externalDatabase, peer: 'db.shop.test' } },
      /peer is "db\.shop\.test"; expected a security group such as/,
    ],
    [
      { secrets: { encryptionKeyArn: `arn:aws:kms:${home}:key/0a1b` } },
      /no secret is adopted that it could decrypt; name the secrets too/,
    ],
    [
      { secrets: { encryptionKeyArn: `arn:aws:kms:${home}:alias/shop` } },
      /encryptionKeyArn is .*alias\/shop"; expected the ARN of a KMS key, and not of its alias/,
    ],
    [{ loadBalancer: adoptedBalancer }, /loadBalancer is adopted and vpc is not.*adopt the VPC/],
    [
      { vpc, loadBalancer: { ...adoptedBalancer, httpListenerArn: listenerOf('other') } },
      /httpListenerArn is .* a listener of another load balancer than/,
    ],
    [
      { vpc, loadBalancer: adoptedBalancer, firewall: { enabled: true } },
      /firewall is given beside loadBalancer/,
    ],
    [
      {
        vpc,
        loadBalancer: { ...adoptedBalancer, httpsListenerArn: listenerOf('shop') },
        deployment: 'canary',
      },
      /deployment is canary.*set deployment to rolling/,
    ],
    [
      { vpc, loadBalancer: { ...adoptedBalancer, arn: loadBalancer.replace('/app/', '/net/') } },
      /loadBalancer\.arn is .*expected the ARN of an application load balancer/,
    ],
  ])('I6: %j', (content, fault) => {
    expect(files.faultOf(content)).toMatch(fault);
  });
});
