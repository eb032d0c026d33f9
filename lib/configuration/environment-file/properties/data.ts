import Type from 'typebox';
import { defaults } from '../../../constructs/defaults';
import { arnOf, group, integer, ipv4, listOf, oneOf, optionalGroup, text } from './kinds';

const secretArn = (description: string) =>
  text(
    description,
    'the complete ARN of a secret, arn:aws:secretsmanager:region:account:secret:name-6random',
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/,
  );
const adoptable = (what: string) =>
  Type.Optional(
    secretArn(
      `The complete ARN of an existing secret with ${what}, to adopt instead of creating one.`,
    ),
  );

/** What outlives every deployment. */
export const data = {
  database: group('The Aurora PostgreSQL Serverless v2 cluster.', {
    minimumCapacityUnits: Type.Number({
      description:
        'Aurora capacity units (2 GiB each) that are always there; 0 lets it pause while there is nothing to do.',
      expected: 'a number from 0 to 256, in steps of 0.5',
      minimum: 0,
      multipleOf: 0.5,
      maximum: 256,
      default: defaults.database.minimumCapacityUnits,
    }),
    maximumCapacityUnits: integer(
      'Aurora capacity units that it may grow to.',
      1,
      256,
      defaults.database.maximumCapacityUnits,
    ),
    readers: integer(
      'Readers in other zones, one of which takes over when the writer fails.',
      0,
      15,
      defaults.database.readers,
    ),
    backupRetentionDays: integer(
      'For how many days back any second can be restored.',
      1,
      35,
      defaults.database.backupRetentionDays,
    ),
  }),
  externalDatabase: optionalGroup(
    'A PostgreSQL of your own instead of the cluster: with TLS, by a certificate of Amazon RDS or of ' +
      'a public authority. Whoever runs it backs it up, watches it and lets the tasks in.',
    {
      secretArn: secretArn(
        'The complete ARN of the secret with host, port, username, password and dbname, as JSON.',
      ),
      port: integer(
        'The port that the secret names, which the tasks are let out to.',
        1,
        65_535,
        5432,
      ),
      peer: text(
        'The security group or the addresses that it is in, which the tasks are let out to.',
        'a security group such as sg-0123456789abcdef0, or a range such as 10.1.2.0/24',
        new RegExp(`^(sg-([0-9a-f]{8}|[0-9a-f]{17})|${ipv4}/(3[0-2]|[12]?\\d))$`),
      ),
    },
  ),
  billingEventsTopicArn: Type.Optional(
    arnOf(
      'An existing SNS topic to publish to instead of creating one, unencrypted or with AWS’s own ' +
        'key (alias/aws/sns). Its policy stays with its owner.',
      'sns',
      '[A-Za-z0-9_-]{1,256}',
      'a standard topic',
    ),
  ),
  secrets: group('Existing secrets to adopt; those not named are created.', {
    stripeSecretKeyArn: adoptable("Stripe's secret or restricted key"),
    stripeWebhookSecretArn: adoptable("the webhook's signing secret"),
    jwtAccessTokenSecretArn: adoptable('the key that bearer tokens are signed with'),
    imported: listOf(
      'Those taken over by `cdk import`: the template generates no value for them, which could be put ' +
        'over the one in use. Leave them named for as long as the stack has them.',
      oneOf('A secret, by what it holds.', [
        'stripeSecretKey',
        'stripeWebhookSecret',
        'jwtAccessTokenSecret',
      ]),
      'up to 3 of stripeSecretKey, stripeWebhookSecret, jwtAccessTokenSecret',
      { maxItems: 3, default: [] },
    ),
    encryptionKeyArn: Type.Optional(
      arnOf(
        'The KMS key of your own that adopted secrets are encrypted with, so that the tasks may decrypt.',
        'kms',
        'key/[\\w-]+',
        'a KMS key, and not of its alias',
      ),
    ),
  }),
};
