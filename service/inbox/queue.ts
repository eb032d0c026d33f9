import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { metrics as metricNames } from '../contract';
import { asProblem, Problem } from '../errors';
import type { Log } from '../log';
import type { Counter } from '../metrics';
import { readEvent } from '../stripe/event';
import type { Receiver } from './receive';

/** How long one call waits for a message; a longer wait costs fewer calls. SQS allows 20 at most. */
const waitSeconds = 20;
const messagesPerCall = 10;
/** Of a call that waits for nothing. A drain waits for it, and for its second attempt. */
const shortCall = { requestTimeout: 5_000 };

interface QueueOptions {
  readonly client: SQSClient;
  readonly queue: { readonly url: string; readonly deadLetterQueueUrl: string };
  readonly receiver: Receiver;
  readonly mode: 'test' | 'live';
  readonly counter: Counter;
  readonly log: Log;
}

/** The client that a queue is read with: it gives up a call that is not answered. */
export function createQueueClient(): SQSClient {
  return new SQSClient({
    maxAttempts: 2,
    // Without the last one, a request that is not answered is warned of, and waited for for ever.
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: (waitSeconds + 5) * 1_000,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * The second way in: a queue of the envelopes in which EventBridge passes Stripe's events on. Each
 * goes into the same inbox as a delivery to the webhook, so that whichever comes first has the
 * effect. https://docs.stripe.com/event-destinations/eventbridge
 */
export class EventQueue {
  constructor(private readonly options: QueueOptions) {}

  /**
   * Takes in what waits in the queue, ten messages at a time at most, until there is nothing left.
   * A message that cannot be recorded now is left to come again when its visibility timeout is
   * over; one that cannot be read goes to the dead-letter queue.
   * @throws Problem when an event could not be recorded, so that the caller pauses; errors of SQS
   */
  async drain(signal: AbortSignal): Promise<number> {
    let taken = 0;
    while (!signal.aborted) {
      const messages = await this.receive(signal);
      if (messages.length === 0) break;
      const outcomes = await Promise.allSettled(messages.map((message) => this.take(message)));
      taken += outcomes.filter(({ status }) => status === 'fulfilled').length;
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') throw asProblem(outcome.reason);
      }
    }
    return taken;
  }

  private async receive(signal: AbortSignal): Promise<Message[]> {
    try {
      const { Messages: messages = [] } = await this.options.client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.options.queue.url,
          MaxNumberOfMessages: messagesPerCall,
          WaitTimeSeconds: waitSeconds,
        }),
        { abortSignal: signal },
      );
      return messages;
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  }

  private async take(message: Message): Promise<void> {
    const { log, mode, receiver } = this.options;
    let event: ReturnType<typeof readEnvelope>;
    try {
      event = readEnvelope(message.Body ?? '', mode);
    } catch (error) {
      await this.setAside(message, asProblem(error));
      return;
    }
    const { status } = await receiver.receive(event, 'queue');
    log.info({ eventId: event.id, eventType: event.type, status }, 'event received by the queue');
    await this.delete(message);
  }

  /** At once, with its reason: what cannot be read now cannot be read the next time either. */
  private async setAside(message: Message, problem: Problem): Promise<void> {
    await this.options.client.send(
      new SendMessageCommand({
        QueueUrl: this.options.queue.deadLetterQueueUrl,
        MessageBody: message.Body ?? '',
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: `${problem.code}: ${problem.detail}` },
        },
      }),
      shortCall,
    );
    this.options.counter.count(metricNames.unreadableEnvelopes);
    this.options.log.error(
      { messageId: message.MessageId, code: problem.code, reason: problem.detail },
      'envelope set aside; see docs/runbook.md#unreadable-envelopes',
    );
    await this.delete(message);
  }

  private async delete(message: Message): Promise<void> {
    await this.options.client.send(
      new DeleteMessageCommand({
        QueueUrl: this.options.queue.url,
        ReceiptHandle: message.ReceiptHandle,
      }),
      shortCall,
    );
  }
}

/**
 * The event in an envelope of EventBridge's.
 * @throws Problem `stripe_event_malformed`, `stripe_event_wrong_mode`
 */
export function readEnvelope(body: string, mode: 'test' | 'live') {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch (error) {
    throw new Problem('stripe_event_malformed', 'the message is not JSON', { cause: error });
  }
  const detail =
    typeof envelope === 'object' && envelope !== null && 'detail' in envelope
      ? envelope.detail
      : undefined;
  if (detail === undefined) {
    throw new Problem('stripe_event_malformed', 'the message is no envelope: it has no detail');
  }
  return readEvent(detail, mode);
}
