import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** The topic's name. */
  readonly topicName: string;
  /**
   * Who is mailed; each address must confirm its subscription once.
   * @default - nobody: somebody must subscribe to the topic
   */
  readonly emails?: readonly string[] | undefined;
}

/** Where alarms are told. */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    // CloudWatch can publish to an encrypted topic only with a key whose policy lets it.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const key = new kms.Key(this, 'Key', {
      description: `Encrypts ${props.topicName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.topic = new sns.Topic(this, 'Topic', {
      topicName: props.topicName,
      masterKey: key,
      enforceSSL: true,
    });
    const ownAlarms = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    // With the use of the key that publishing takes, and no more.
    this.topic.grantPublish(ownAlarms);
    for (const email of props.emails ?? []) {
      this.topic.addSubscription(new subscriptions.EmailSubscription(email));
    }
  }
}
