import type { BillingEvent } from './api';

/** What was delivered holds no event of Tollgate's. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
}

/**
 * The event in what a consumer is given, in whatever it is wrapped: the body of a request from SNS,
 * with raw message delivery or without it; the body of a message in a queue; a record of a Lambda
 * function for either; or the event itself. As text, or parsed already.
 *
 * Each comes at least once: drop an `id` that you have seen. A later version may publish types that
 * this one does not know; they are returned all the same, so that a `switch` needs a `default`.
 * @throws InvalidEventError that says what was seen
 */
export function parseEvent(delivered: unknown): BillingEvent {
  let content = delivered;
  // An SQS record holds an SNS notification, which holds the event: no more wrappers than that.
  for (let depth = 0; depth < 5; depth += 1) {
    if (typeof content === 'string') content = parsed(content);
    if (typeof content !== 'object' || content === null) break;
    if ('specversion' in content) return eventOf(content);
    const inner = unwrapped(content);
    if (inner === undefined) break;
    content = inner;
  }
  throw new InvalidEventError(`expected a CloudEvent of Tollgate's; seen ${shown(delivered)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidEventError(`expected a CloudEvent in JSON; seen ${shown(text)}`);
  }
}

/** @returns undefined where it wraps nothing */
function unwrapped(content: object): unknown {
  if ('Type' in content && content.Type !== 'Notification') {
    throw new InvalidEventError(
      `SNS sent a ${String(content.Type)}, which is no event; to confirm a subscription, fetch its ` +
        'SubscribeURL',
    );
  }
  // SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
  if ('Message' in content) return content.Message;
  // Records of Lambda functions, and messages that were received from SQS.
  if ('Sns' in content) return content.Sns;
  if ('body' in content) return content.body;
  return 'Body' in content ? content.Body : undefined;
}

function eventOf(content: object): BillingEvent {
  const { specversion, id, type, data } = content as Readonly<Record<string, unknown>>;
  const isEvent =
    specversion === '1.0' &&
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof data === 'object' &&
    data !== null;
  // What its `data` holds is the publisher's promise, held by the tests of the service.
  if (isEvent) return content as BillingEvent;
  throw new InvalidEventError(
    `the CloudEvent lacks an id, a type or data of its own; seen ${shown(content)}`,
  );
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).slice(0, 120);
}
