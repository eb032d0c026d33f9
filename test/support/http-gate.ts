import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * Stands before an HTTP server and passes everything on, so that a test can do something at the very
 * moment at which a call has been made, before the caller hears of it.
 */
export class HttpGate {
  /** Called with such as `POST /v1/webhook_endpoints`, once it is done; to be set by the test. */
  done: (call: string, status: number) => void | Promise<void> = () => {};

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param target the base URL of what is behind, asked for each request */
  static async start(target: () => string): Promise<HttpGate> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP port is a number');
    const gate = new HttpGate(server, `http://127.0.0.1:${address.port}`);
    server.on('request', (request, response) => {
      gate
        .pass(request, response, target())
        .catch((error: Error) => response.writeHead(502).end(error.message));
    });
    return gate;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(request: IncomingMessage, response: ServerResponse, target: string) {
    const { method = 'GET', url = '/' } = request;
    const { host, connection, 'content-length': length, ...headers } = request.headers;
    const body = await buffer(request);
    const answer = await fetch(new URL(url, target), {
      method,
      redirect: 'manual',
      headers: headers as Record<string, string>, // Node.js has a list for set-cookie alone
      ...(body.length > 0 && { body }),
    });
    const answered = Buffer.from(await answer.arrayBuffer());
    await this.done(`${method} ${url.split('?', 1)[0]}`, answer.status);
    const {
      'content-encoding': encoding,
      'transfer-encoding': chunked,
      ...answeredHeaders
    } = Object.fromEntries(answer.headers);
    response
      .writeHead(answer.status, { ...answeredHeaders, 'content-length': answered.length })
      .end(answered);
  }
}
