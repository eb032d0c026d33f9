import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An SNS topic on this machine, with one subscriber. */
interface EventTopic {
  /** What the service is to be told so that it publishes there. */
  readonly environment: Readonly<Record<string, string>>;
  readonly arn: string;
  close(): Promise<void>;
}

const arn = 'arn:aws:sns:us-east-1:000000000000:tollgate-local';
/** The service waits for 3 s, and what comes later than that would be sent again. */
const answerTimeoutMillis = 2_500;

/**
 * Starts a topic that POSTs every message to a URL, as SNS does with raw message delivery: the body
 * is the CloudEvent. It takes what the service's own publisher sends, so that all else is as it is
 * on AWS: each user's messages in their order, again until they are taken. What is answered with 2xx
 * is taken; while nobody listens there, everything waits. Without a URL all is taken, and goes nowhere.
 * https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
export async function startEventTopic(subscriber: string | undefined): Promise<EventTopic> {
  const server = createServer((request, response) => {
    void publish(request, response, subscriber).catch((error: unknown) =>
      answer(response, 503, failed('ServiceUnavailable', unheard(subscriber, error))),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    arn,
    environment: {
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** @throws when nobody listens at the URL: nothing is wrong with the messages then */
async function publish(
  request: IncomingMessage,
  response: ServerResponse,
  subscriber: string | undefined,
): Promise<void> {
  const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
  const outcomes = await Promise.all(
    entriesOf(form).map(async ({ id, message }) => ({
      id,
      failure: subscriber === undefined ? undefined : await post(subscriber, message),
    })),
  );
  answer(response, 200, published(outcomes));
}

interface Entry {
  readonly id: string;
  readonly message: string;
}

/** AWS's query protocol counts the members of a list from 1. */
function entriesOf(form: URLSearchParams): Entry[] {
  const entries: Entry[] = [];
  for (let index = 1; ; index += 1) {
    const prefix = `PublishBatchRequestEntries.member.${index}`;
    const id = form.get(`${prefix}.Id`);
    if (id === null) return entries;
    entries.push({ id, message: form.get(`${prefix}.Message`) ?? '' });
  }
}

/** @returns why the message was not taken */
async function post(subscriber: string, message: string): Promise<string | undefined> {
  try {
    const { status, body } = await fetch(subscriber, {
      method: 'POST',
      // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
      body: message,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMillis),
    });
    await body?.cancel();
    return status >= 200 && status < 300
      ? undefined
      : `${subscriber}, which --events-to names, answered ${status}; 2xx takes an event`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return `${subscriber}, which --events-to names, has not answered within ${answerTimeoutMillis / 1000} s`;
    }
    throw error;
  }
}

/** Whoever reads the service's log does not know that the topic is one of this machine. */
function unheard(subscriber: string | undefined, error: unknown): string {
  if (subscriber === undefined) return reasonOf(error);
  return (
    `nobody takes events at ${subscriber}, which --events-to names (${reasonOf(error)}); start your ` +
    'consumer there, or npm start with another --events-to: all of them wait for it'
  );
}

/** `fetch failed` says nothing; its cause says ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function answer(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
}

function published(outcomes: readonly { id: string; failure: string | undefined }[]): string {
  const members = (isFailed: boolean) =>
    outcomes
      .filter(({ failure }) => (failure !== undefined) === isFailed)
      .map(({ id, failure }) =>
        failure === undefined
          ? `<member><Id>${id}</Id><MessageId>${randomUUID()}</MessageId></member>`
          : `<member><Id>${id}</Id><Code>NotTaken</Code><Message>${escaped(failure)}</Message>` +
            '<SenderFault>false</SenderFault></member>',
      )
      .join('');
  return (
    '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>' +
    `<Successful>${members(false)}</Successful><Failed>${members(true)}</Failed>` +
    `</PublishBatchResult>${metadata()}</PublishBatchResponse>`
  );
}

function failed(code: string, message: string): string {
  return (
    '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type>' +
    `<Code>${code}</Code><Message>${escaped(message)}</Message></Error>` +
    `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  );
}

const metadata = () =>
  `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
