import { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface BillingTopicProps {
  /** The topic's name, which other teams' subscriptions know it by. */
  readonly topicName: string;
}

/** Where payment and subscription events are published for the team's own queues. */
export class BillingTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: BillingTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      topicName: props.topicName,
      displayName: 'Tollgate billing events',
      enforceSSL: true,
    });
    // AWS's own key for SNS, which lets in whoever of the account may publish. Named as a resource,
    // since the construct would grant publishers an alias, which is not what a key's grants go by.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const resource = this.topic.node.defaultChild as sns.CfnTopic;
    resource.kmsMasterKeyId = 'alias/aws/sns';
    // Subscriptions are other people's work and go with the topic.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  grantPublish(grantee: iam.IGrantable): iam.Grant {
    return this.topic.grantPublish(grantee);
  }
}
