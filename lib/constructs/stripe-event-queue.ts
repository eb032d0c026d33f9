import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface StripeEventQueueProps {
  /** The partner event source that Stripe made, `aws.partner/stripe.com/…`. */
  readonly eventSourceName: string;
}

/**
 * How often the queue hands out a message before it is dead. The service itself puts aside what it
 * cannot read; this is for messages that it never finishes. With one minute between two attempts
 * it outlasts an hour and a half without a database.
 */
const mostReceives = 100;

/** Between two attempts: more than the 25 s that a call to Stripe may take with its retries. */
const visibilityTimeout = Duration.minutes(1);

/**
 * The second way in: what Stripe sends to EventBridge waits in a queue until the service takes it,
 * so that an outage of the load balancer or of every task delays an event and loses none.
 * @see https://docs.stripe.com/event-destinations/eventbridge
 */
export class StripeEventQueue extends Construct {
  readonly queue: sqs.Queue;
  /** What could not be read, delivered or finished; messages here wait for a person. */
  readonly deadLetterQueue: sqs.Queue;

  constructor(scope: Construct, id: string, props: StripeEventQueueProps) {
    super(scope, id);
    const { eventSourceName } = props;
    // SQS's own key: EventBridge could not use a key of KMS that AWS manages.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    const common = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    };
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetters', {
      ...common,
      // Counted from a message's first arrival, so that it must exceed that of the queue before it.
      retentionPeriod: Duration.days(14),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      retentionPeriod: Duration.days(7),
      visibilityTimeout,
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetterQueue as sqs.IQueue, maxReceiveCount: mostReceives },
    });
    const bus = new events.EventBus(this, 'Bus', { eventSourceName });
    new events.Rule(this, 'Rule', {
      eventBus: bus as events.IEventBus,
      description: 'What Stripe sends, to the queue that the service reads',
      eventPattern: { source: [eventSourceName] },
      targets: [
        new targets.SqsQueue(this.queue as sqs.IQueue, {
          deadLetterQueue: this.deadLetterQueue as sqs.IQueue,
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      ],
    });
  }

  /** Lets `grantee` take messages, and put aside those that it cannot read. */
  grantConsume(grantee: iam.IGrantable): void {
    this.queue.grantConsumeMessages(grantee);
    this.deadLetterQueue.grantSendMessages(grantee);
  }
}
