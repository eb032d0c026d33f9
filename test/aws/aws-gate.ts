import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** What the gate does with a call: lets it pass, or answers in the place of AWS. */
type Verdict = 'pass' | { readonly status: number; readonly code: string };

/** Stands before the double, to refuse calls as AWS does, and to tell when one has been made. */
export class AwsGate {
  /** By the name of the call, such as `CreateRule`; to be set by the test. */
  decide: (call: string) => Verdict = () => 'pass';
  /** Called once AWS has done it, before the caller hears of it. */
  done: (call: string) => void | Promise<void> = () => {};
  private readonly server: Server;

  constructor(private readonly double: string) {
    this.server = createServer(async (request, response) => {
      const body = await text(request);
      const call = nameOf(request, body);
      const verdict = this.decide(call);
      if (verdict !== 'pass') {
        const { code, status } = verdict;
        // Of the protocols in use only that of queries answers in XML.
        const isXml = request.headers['content-type']?.includes('form-urlencoded') === true;
        response.writeHead(status, {
          'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1',
        });
        response.end(
          isXml
            ? `<ErrorResponse><Error><Code>${code}</Code><Message>by the test</Message></Error></ErrorResponse>`
            : JSON.stringify({ __type: code, message: 'by the test' }),
        );
        return;
      }
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const target = request.headers['x-amz-target'];
      const answer = await fetch(new URL(request.url ?? '/', this.double), {
        method: request.method ?? 'POST',
        ...(body !== '' && { body }),
        headers: {
          authorization,
          'content-type': type,
          ...(typeof target === 'string' && { 'x-amz-target': target }),
        },
      });
      const answered = await answer.text();
      await this.done(call);
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/xml',
      });
      response.end(answered);
    });
  }

  /** @returns the endpoint for the clients of the AWS SDK */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP port is a number');
    return `http://localhost:${address.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Of a REST API, whose calls have no names, the method and the first part of the path. */
function nameOf({ headers, method, url }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const action = new URLSearchParams(body).get('Action');
  return action ?? `${method} ${url?.split(/[/?]/)[1]}`;
}
