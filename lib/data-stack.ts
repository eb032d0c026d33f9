import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { AlarmTopic } from './constructs/alarm-topic';
import { BillingTopic } from './constructs/billing-topic';
import { LedgerDatabase } from './constructs/ledger-database';
import { StripeSecrets } from './constructs/stripe-secrets';
import type { Settings } from './settings';
import { publish } from './stack-outputs';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly vpc: ec2.IVpc;
}

/** Whatever cannot be made again: the ledger, the secrets' values, the topics' subscriptions. */
export class DataStack extends Stack {
  readonly database: LedgerDatabase;
  readonly secrets: StripeSecrets;
  readonly billingTopic: BillingTopic;
  readonly alarmTopic: AlarmTopic;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { environment, prefix } = props.settings;
    this.database = new LedgerDatabase(this, 'LedgerDatabase', {
      vpc: props.vpc,
      secretName: `${prefix}-database`,
      size: environment.database,
      isProduction: environment.production,
    });
    this.secrets = new StripeSecrets(this, 'StripeSecrets', {
      prefix,
      adopted: environment.secrets,
    });
    this.billingTopic = new BillingTopic(this, 'BillingTopic', {
      topicName: `${prefix}-billing-events`,
    });
    this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', {
      topicName: `${prefix}-alarms`,
      emails: environment.alarmEmails,
    });
    publish(this, {
      DatabaseSecretArn: ["The database's credentials", this.database.credentials.secretArn],
      StripeSecretKeyArn: ["Stripe's key", this.secrets.stripeSecretKey.secretArn],
      StripeWebhookSecretArn: ['The signing secret', this.secrets.stripeWebhookSecret.secretArn],
      JwtAccessTokenSecretArn: ['The JWT key', this.secrets.jwtAccessTokenSecret.secretArn],
      BillingEventsTopicArn: ['Where events are published', this.billingTopic.topic.topicArn],
      AlarmTopicArn: ['Where alarms are told', this.alarmTopic.topic.topicArn],
    });
  }
}
