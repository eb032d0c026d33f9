import { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface BillingTopicProps {
  /**
   * The topic's name, which other teams' subscriptions know it by.
   * @default - one that CloudFormation makes
   */
  readonly topicName?: string | undefined;
  /**
   * An existing topic, unencrypted or with AWS's own key. Its policy stays with its owner.
   * @default - one is created
   */
  readonly topic?: sns.ITopic | undefined;
}

/** Where payment and subscription events are published for the team's own queues. */
export class BillingTopic extends Construct {
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: BillingTopicProps = {}) {
    super(scope, id);
    this.topic = props.topic ?? this.create(props.topicName);
  }

  private create(topicName: string | undefined): sns.ITopic {
    const topic = new sns.Topic(this, 'Topic', {
      ...(topicName !== undefined && { topicName }),
      displayName: 'Tollgate billing events',
      enforceSSL: true,
    });
    // AWS's own key for SNS, which lets in whoever of the account may publish. Named as a resource,
    // since the construct would grant publishers an alias, which is not what a key's grants go by.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const resource = topic.node.defaultChild as sns.CfnTopic;
    resource.kmsMasterKeyId = 'alias/aws/sns';
    // Subscriptions are other people's work and go with the topic.
    topic.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return topic as sns.ITopic;
  }

  grantPublish(grantee: iam.IGrantable): iam.Grant {
    return this.topic.grantPublish(grantee);
  }
}
