import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shop } from '../shop-environment';
import { type Resource, removeAssemblies, type Synthesis, type Template } from '../synthesis';

afterAll(removeAssemblies);

const home = 'us-east-1:123456789012';
const secret = (name: string) =>
  `arn:aws:secretsmanager:${home}:secret:tollgate-shop-${name}-AbC123`;

const production = {
  account: '123456789012',
  production: true,
  stripeMode: 'live',
  stripeEventSource: 'aws.partner/stripe.com/ed_61abc',
  deployRole: { repository: 'shop/payments' },
} as const;

/** What docs/operating.md says to write into the file of an environment that is made anew. */
const adopting = {
  ...production,
  https: {
    dnsDelegated: true,
    enableAcm: true,
    hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'billing.shop.test' },
  },
  deployRole: {
    ...production.deployRole,
    providerArn: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
  },
  secrets: {
    stripeSecretKeyArn: secret('stripe-secret-key'),
    stripeWebhookSecretArn: secret('stripe-webhook-secret'),
    jwtAccessTokenSecretArn: secret('jwt-access-token-secret'),
  },
  externalDatabase: { secretArn: secret('database'), peer: 'sg-0123456789abcdef0' },
  billingEventsTopicArn: `arn:aws:sns:${home}:tollgate-shop-billing-events`,
} as const;

/** The properties that name a resource, so that a second one of the name is refused. */
const naming = ['Name', 'TopicName', 'QueueName', 'BucketName', 'LogGroupName', 'Url', 'RoleName'];
/** Whose names may stand twice: a second zone has other name servers, and is not refused. */
const ofNoAccount = ['AWS::Route53::HostedZone'];

/** Whatever stays when the stacks are destroyed, under a name that the next stacks would need. */
function inTheWay({ directory }: Synthesis): readonly string[] {
  const templates = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
  return templates
    .flatMap((file) => {
      const { Resources }: Template = JSON.parse(readFileSync(join(directory, file), 'utf8'));
      return Object.values(Resources).filter(stays).flatMap(namesOf);
    })
    .sort();
}

const stays = ({ DeletionPolicy, Type }: Resource) =>
  DeletionPolicy?.startsWith('Retain') === true && !ofNoAccount.includes(Type);

const namesOf = ({ Properties, Type }: Resource) =>
  naming.flatMap((name) => (Properties?.[name] === undefined ? [] : `${Type} ${Properties[name]}`));

describe('I6: an environment is made anew', () => {
  test('I6: what stays under a fixed name is this and no more', () => {
    const type = 'AWS::SecretsManager::Secret';
    expect(inTheWay(shop(production))).toEqual([
      'AWS::IAM::OIDCProvider https://token.actions.githubusercontent.com',
      'AWS::SNS::Topic tollgate-shop-billing-events',
      `${type} tollgate-shop-database`,
      `${type} tollgate-shop-jwt-access-token-secret`,
      `${type} tollgate-shop-stripe-secret-key`,
      `${type} tollgate-shop-stripe-webhook-secret`,
    ]);
  });

  test('I6: all of it can be adopted, so that nothing is in the way of the next stacks', () => {
    const { report, ...again } = shop(adopting);
    expect(inTheWay({ report, ...again })).toEqual([]);
    expect(again.templates.network.Outputs).not.toHaveProperty('NameServers');
  });

  test('I6: an adopted topic is published to, by its ARN', () => {
    const { data, service } = shop(adopting).templates;
    expect(data.Outputs.BillingEventsTopicArn?.Value).toBe(adopting.billingEventsTopicArn);
    const policies = Object.values(service.Resources).filter(
      ({ Type }) => Type === 'AWS::IAM::Policy',
    );
    expect(policies.map(({ Properties }) => Properties.PolicyDocument)).toContainEqual(
      expect.objectContaining({
        Statement: expect.arrayContaining([
          { Action: 'sns:Publish', Effect: 'Allow', Resource: adopting.billingEventsTopicArn },
        ]),
      }),
    );
  });
});
