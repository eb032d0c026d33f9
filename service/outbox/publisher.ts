import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Log } from '../log';
import type { OutboxMessage } from '../store/outbox';

/** A CloudEvents 1.0 event in its JSON form: https://github.com/cloudevents/spec */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The user, where the event is about one. */
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where messages go. Delivery is at least once: a consumer drops the `id`s that it has seen. */
export interface Publisher {
  /** How many messages one call takes at most. */
  readonly batchSize: number;
  /** @returns one entry per event, in their order: undefined, or why it was not published */
  publish(events: readonly CloudEvent[]): Promise<(string | undefined)[]>;
}

export function toCloudEvent(message: OutboxMessage, source: string): CloudEvent {
  return {
    specversion: '1.0',
    id: message.messageId,
    source,
    type: message.type,
    ...(message.userId !== null && { subject: message.userId }),
    time: message.createdAt.toISOString(),
    datacontenttype: 'application/json',
    data: { userId: message.userId, ...message.data },
  };
}

/** For environments without a topic: each event is a line of the log. */
export function createLogPublisher(log: Log): Publisher {
  return {
    batchSize: 100,
    publish(events) {
      for (const event of events) log.info({ cloudEvent: event }, `published ${event.type}`);
      return Promise.resolve(events.map(() => undefined));
    },
  };
}

/** Publishes to an SNS topic; the event's type is also the message attribute `type`, to filter by. */
export function createTopicPublisher(topicArn: string): Publisher {
  // Within the 10 s that PostgreSQL lets a transaction wait, or another task would publish as well.
  const client = new SNSClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
  });
  return {
    batchSize: 10,
    async publish(events) {
      const { Failed: failed = [] } = await client.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: events.map((event, index) => ({
            Id: String(index),
            Message: JSON.stringify(event),
            MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
          })),
        }),
      );
      const reasons = new Map(failed.map((f) => [f.Id, `${f.Code}: ${f.Message ?? ''}`]));
      return events.map((_event, index) => reasons.get(String(index)));
    },
  };
}
