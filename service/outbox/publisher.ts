import {
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  SNSClient,
  SNSServiceException,
} from '@aws-sdk/client-sns';
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

/** Of a batch, and so of one message: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const batchBytesMax = 262_144;
const batchEntriesMax = 10;

/** One event as the topic takes it, with its place among those that were given. */
interface Entry {
  readonly place: number;
  readonly bytes: number;
  readonly request: PublishBatchRequestEntry;
}

/**
 * Publishes to an SNS topic; the event's type is also the message attribute `type`, to filter by.
 * @param client in tests, one of a topic elsewhere
 */
export function createTopicPublisher(topicArn: string, client = createClient()): Publisher {
  return {
    batchSize: batchEntriesMax,
    async publish(events) {
      const entries = events.map(entryOf);
      const failures = entries.map(({ bytes }) =>
        bytes > batchBytesMax
          ? `it has ${bytes} bytes, and SNS takes ${batchBytesMax} at most`
          : undefined,
      );
      let sent = 0;
      for (const batch of batchesOf(entries)) {
        const reasons = await sendOrFindRefused(client, topicArn, batch).catch((error: unknown) => {
          // Nobody has got anything: the topic is away, and nothing is to be counted.
          if (sent === 0) throw error;
          return new Map(batch.map(({ place }) => [String(place), String(error)]));
        });
        for (const { place } of batch) failures[place] = reasons.get(String(place));
        sent += batch.length;
      }
      return failures;
    },
  };
}

function createClient(): SNSClient {
  return new SNSClient({
    // Within the 10 s that PostgreSQL lets a transaction wait, or another task would publish as well.
    maxAttempts: 2,
    // What each call goes through is the same for all.
    cacheMiddleware: true,
    // Without the last one, a request that is not answered is warned of, and waited for for ever.
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  });
}

function entryOf(event: CloudEvent, place: number): Entry {
  const request = {
    Id: String(place),
    Message: JSON.stringify(event),
    MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
  };
  // The attribute counts too: its name, its type and its value.
  const bytes = Buffer.byteLength(request.Message) + 'typeString'.length + event.type.length;
  return { place, bytes, request };
}

/** In their order, as many to a batch as SNS takes; what is too large by itself is left out. */
function batchesOf(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    if (entry.bytes > batchBytesMax) continue;
    if (entry.bytes > room) {
      batches.push([]);
      room = batchBytesMax;
    }
    batches.at(-1)?.push(entry);
    room -= entry.bytes;
  }
  return batches;
}

/**
 * What SNS finds wrong with what a batch holds, and not with the topic, the credentials or the rate:
 * https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html#API_PublishBatch_Errors
 */
const refusalsOfContent =
  /^(InvalidParameter(Value)?|ParameterValueInvalid|Validation|InvalidBatchEntryId|BatchRequestTooLong)(Exception|Error)?$/;

function isRefusalOfContent(error: unknown): boolean {
  return (
    error instanceof SNSServiceException &&
    refusalsOfContent.test(error.name) &&
    // The same code as for a bad message, but no message's fault.
    !/TopicArn/i.test(error.message)
  );
}

/**
 * Sends a batch. When SNS refuses all of it for what it holds, each entry is sent alone, so that
 * what fails is the one that is bad.
 * @returns why entries were not published, by their ids
 * @throws when nothing was published and it may be no entry's fault
 */
async function sendOrFindRefused(
  client: SNSClient,
  topicArn: string,
  batch: readonly Entry[],
): Promise<ReadonlyMap<string | undefined, string>> {
  try {
    return await send(client, topicArn, batch);
  } catch (error) {
    if (!isRefusalOfContent(error)) throw error;
    if (batch.length === 1) return new Map([[batch[0]?.request.Id, String(error)]]);
  }
  // At once, for the transaction waits: no two are of one user, so that no order is at stake.
  const alone = await Promise.allSettled(
    batch.map((entry) => sendOrFindRefused(client, topicArn, [entry])),
  );
  const thrown = alone.find((each) => each.status === 'rejected');
  if (thrown !== undefined && alone.every((each) => each.status === 'rejected')) {
    throw thrown.reason;
  }
  return new Map(
    alone.flatMap((each, index): [string | undefined, string][] =>
      each.status === 'fulfilled'
        ? [...each.value]
        : [[batch[index]?.request.Id, String(each.reason)]],
    ),
  );
}

/** @returns why entries were not published, by their ids */
async function send(
  client: SNSClient,
  topicArn: string,
  batch: readonly Entry[],
): Promise<ReadonlyMap<string | undefined, string>> {
  const { Failed: failed = [] } = await client.send(
    new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: batch.map(({ request }) => request),
    }),
  );
  return new Map(failed.map((each) => [each.Id, `${each.Code}: ${each.Message ?? ''}`]));
}
