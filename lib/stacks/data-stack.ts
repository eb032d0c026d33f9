import { Stack, type StackProps } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Environment } from '../configuration/environment-file/schema';
import type { Settings } from '../configuration/settings';
import { AlarmTopic } from '../constructs/alarm-topic';
import { BillingTopic } from '../constructs/billing-topic';
import type { Database } from '../constructs/database';
import { ExternalDatabase } from '../constructs/external-database';
import { LedgerDatabase } from '../constructs/ledger-database';
import { StripeEventQueue } from '../constructs/stripe-event-queue';
import { StripeSecrets } from '../constructs/stripe-secrets';
import type { VpcPlacement } from '../constructs/vpc-placement';
import { narrowLogRetention } from './log-retention';
import { publish } from './outputs';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
  readonly network: VpcPlacement;
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
    this.ledger = environment.externalDatabase === undefined ? this.createLedger(props) : undefined;
    const key = environment.secrets.encryptionKeyArn;
    const encryptionKey = key === undefined ? undefined : kms.Key.fromKeyArn(this, 'Key', key);
    this.database = this.ledger ?? this.adoptDatabase(environment, encryptionKey);
    this.secrets = this.createSecrets(props.settings, encryptionKey);
    const { billingEventsTopicArn } = environment;
    this.billingTopic = new BillingTopic(this, 'BillingTopic', {
      topicName: `${prefix}-billing-events`,
      topic:
        billingEventsTopicArn === undefined
          ? undefined
          : sns.Topic.fromTopicArn(this, 'AdoptedTopic', billingEventsTopicArn),
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

  private createLedger({ network, settings }: DataStackProps): LedgerDatabase {
    const { environment, prefix } = settings;
    const ledger = new LedgerDatabase(this, 'LedgerDatabase', {
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      secretName: `${prefix}-database`,
      ...environment.database,
      logRetention: environment.logRetentionDays,
      retainData: environment.production,
      deletionProtection: this.terminationProtection,
    });
    narrowLogRetention(this);
    return ledger;
  }

  private createSecrets(
    { environment, prefix }: Settings,
    encryptionKey: kms.IKey | undefined,
  ): StripeSecrets {
    const { secrets } = environment;
    const adopt = (id: string, arn: string | undefined) =>
      arn === undefined ? undefined : secretsmanager.Secret.fromSecretCompleteArn(this, id, arn);
    return new StripeSecrets(this, 'StripeSecrets', {
      prefix,
      stripeSecretKey: adopt('StripeSecretKey', secrets.stripeSecretKeyArn),
      stripeWebhookSecret: adopt('StripeWebhookSecret', secrets.stripeWebhookSecretArn),
      jwtAccessTokenSecret: adopt('JwtAccessTokenSecret', secrets.jwtAccessTokenSecretArn),
      imported: secrets.imported,
      encryptionKey,
    });
  }

  private adoptDatabase(
    { externalDatabase }: Environment,
    encryptionKey: kms.IKey | undefined,
  ): ExternalDatabase {
    if (externalDatabase === undefined)
      throw new Error('there is a cluster or a database to adopt');
    const { peer, port, secretArn } = externalDatabase;
    return new ExternalDatabase(this, 'ExternalDatabase', {
      credentials: secretsmanager.Secret.fromSecretCompleteArn(this, 'Credentials', secretArn),
      peer,
      port,
      encryptionKey,
    });
  }
}
