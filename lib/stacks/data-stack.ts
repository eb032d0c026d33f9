import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { Settings } from '../configuration/settings';
import { AlarmTopic } from '../constructs/alarm-topic';
import { BillingTopic } from '../constructs/billing-topic';
import { type Database, ExternalDatabase } from '../constructs/external-database';
import { LedgerDatabase } from '../constructs/ledger-database';
import type { Network } from '../constructs/network';
import { StripeEventQueue } from '../constructs/stripe-event-queue';
import { StripeSecrets } from '../constructs/stripe-secrets';
import { publish } from './outputs';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly network: Network;
}

/** Whatever cannot be made again: the ledger, the secrets' values, the topics' subscriptions. */
export class DataStack extends Stack {
  readonly database: Database;
  /** The cluster, unless the database is somebody else's. */
  readonly ledger: LedgerDatabase | undefined;
  readonly secrets: StripeSecrets;
  readonly billingTopic: BillingTopic;
  readonly alarmTopic: AlarmTopic;
  /** The second way in, by choice. */
  readonly stripeEventQueue: StripeEventQueue | undefined;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { environment, prefix } = props.settings;
    this.ledger =
      environment.externalDatabase === undefined
        ? new LedgerDatabase(this, 'LedgerDatabase', {
            network: props.network,
            secretName: `${prefix}-database`,
            size: environment.database,
            logRetentionDays: environment.logRetentionDays,
            isProduction: environment.production,
            isProtected: this.terminationProtection,
          })
        : undefined;
    this.database = this.ledger ?? this.adoptDatabase(environment);
    this.secrets = new StripeSecrets(this, 'StripeSecrets', {
      prefix,
      adopted: environment.secrets,
    });
    this.billingTopic = new BillingTopic(this, 'BillingTopic', {
      topicName: `${prefix}-billing-events`,
      adoptedArn: environment.billingEventsTopicArn,
    });
    this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', {
      topicName: `${prefix}-alarms`,
      emails: environment.alarmEmails,
    });
    const { stripeEventSource } = environment;
    this.stripeEventQueue =
      stripeEventSource === undefined
        ? undefined
        : new StripeEventQueue(this, 'StripeEventQueue', { eventSourceName: stripeEventSource });
    publish(this, {
      DatabaseSecretArn: ["The database's credentials", this.database.credentials.secretArn],
      ...(this.ledger && {
        DatabaseReadEndpoint: [
          'Where people read tables',
          this.ledger.cluster.clusterReadEndpoint.hostname,
        ],
        DatabaseReaderPolicyArn: [
          'The policy that lets a person connect to it',
          this.ledger.readerPolicy.managedPolicyArn,
        ],
      }),
      StripeSecretKeyArn: ["Stripe's key", this.secrets.stripeSecretKey.secretArn],
      StripeWebhookSecretArn: ['The signing secret', this.secrets.stripeWebhookSecret.secretArn],
      JwtAccessTokenSecretArn: ['The JWT key', this.secrets.jwtAccessTokenSecret.secretArn],
      BillingEventsTopicArn: ['Where events are published', this.billingTopic.topic.topicArn],
      AlarmTopicArn: ['Where alarms are told', this.alarmTopic.topic.topicArn],
      ...(this.stripeEventQueue && {
        StripeEventQueueUrl: ['The second way in', this.stripeEventQueue.queue.queueUrl],
        StripeEventDeadLetterQueueUrl: [
          'What could not be read of it',
          this.stripeEventQueue.deadLetterQueue.queueUrl,
        ],
      }),
    });
  }

  private adoptDatabase({ externalDatabase, secrets }: Environment): ExternalDatabase {
    if (externalDatabase === undefined)
      throw new Error('there is a cluster or a database to adopt');
    return new ExternalDatabase(this, 'ExternalDatabase', {
      database: externalDatabase,
      encryptionKeyArn: secrets.encryptionKeyArn,
    });
  }
}
