import type { IncomingMessage } from 'node:http';
import Stripe from 'stripe';

/** Far above the largest page that Stripe answers; what is longer is not read to its end. */
const bodyBytesMax = 32 * 1024 * 1024;
/** How much of an answer that is not Stripe's the log shows. */
const excerptLength = 120;

type Client = InstanceType<typeof Stripe.HttpClient>;

/** What answered was not Stripe, or not in words of Stripe's. */
class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';
}

/**
 * Sends stripe-node's requests, and hands it only answers that Stripe may have given: an object of
 * Stripe's, or an error in Stripe's form. The library reads members of whatever JSON it gets, at a
 * place where nobody catches what that throws: the text or number of a proxy would end the process.
 * All else counts as if no connection to Stripe had been made, whatever its status: the proxy in
 * between knows nothing of our request, our key or our objects.
 */
export class StripeHttpClient extends Stripe.HttpClient {
  private readonly node = Stripe.createNodeHttpClient();

  override getClientName(): string {
    return this.node.getClientName();
  }

  /** The whole answer arrives within the timeout; the library's own limits each silence alone. */
  override async makeRequest(
    ...request: Parameters<Client['makeRequest']>
  ): ReturnType<Client['makeRequest']> {
    const timeoutMillis = request[7];
    let message: IncomingMessage | undefined;
    let timer: NodeJS.Timeout | undefined;
    const isLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const error = Stripe.HttpClient.makeTimeoutError();
        message?.destroy(error);
        reject(error);
      }, timeoutMillis);
    });
    const answer = this.node.makeRequest(...request).then(async (response) => {
      message = response.getRawResponse() as IncomingMessage;
      const status = response.getStatusCode();
      return new ReadResponse(message, status, readAnswer(status, await bodyOf(message)));
    });
    // Whichever comes second is listened to by nobody.
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, isLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** An answer that has been read and found to be Stripe's. */
class ReadResponse extends Stripe.HttpClientResponse {
  constructor(
    private readonly message: IncomingMessage,
    status: number,
    private readonly json: object,
  ) {
    super(status, message.headers as Record<string, string | string[]>);
  }

  override getRawResponse(): IncomingMessage {
    return this.message;
  }

  override async toJSON(): Promise<object> {
    return this.json;
  }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Throws when the connection ends before the body does.
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) {
      throw new ForeignAnswerError(`the answer is longer than ${bodyBytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws ForeignAnswerError */
function readAnswer(status: number, body: string): object {
  const json = parse(body);
  if (isRecord(json)) {
    if (status >= 200 && status < 300 && isObjectOfStripe(json)) return json;
    if (status >= 400 && isErrorOfStripe(json)) return { error: withTexts(json.error) };
  }
  // What came with a 2xx may be the half of an object of Stripe's, with a buyer's name in it.
  const excerpt = status < 300 ? `${body.length} characters` : body.trim().slice(0, excerptLength);
  const seen = body.trim() === '' ? 'without a body' : `with ${JSON.stringify(excerpt)}`;
  throw new ForeignAnswerError(
    `status ${status} ${seen} is no answer of Stripe's: look for a proxy on the way to it`,
  );
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each says which object it is, and a list has its data. https://docs.stripe.com/api */
function isObjectOfStripe(json: Record<string, unknown>): boolean {
  if (json.object === 'list') return Array.isArray(json.data) && json.data.every(isRecord);
  return typeof json.object === 'string' && typeof json.id === 'string';
}

/** https://docs.stripe.com/api/errors: its type is what the errors of others do not have. */
function isErrorOfStripe(
  json: Record<string, unknown>,
): json is { readonly error: Record<string, unknown> } {
  return isRecord(json.error) && /^[a-z_]+_error$/.test(String(textOf(json.error.type)));
}

/** These are written into messages and compared; the rest of an error is not read. */
function withTexts(error: Record<string, unknown>): Record<string, unknown> {
  const { type, code, message, param } = error;
  return {
    type: textOf(type),
    code: textOf(code),
    message: textOf(message),
    param: textOf(param),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
