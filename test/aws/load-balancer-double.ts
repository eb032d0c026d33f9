import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { DeployedEnvironment } from './deployed-environment';

/**
 * A listener as its clients meet it: it looks its rules up anew for each request, so that it answers
 * as they stand, and forwards to one service, whatever the target group. No TLS, whatever the port.
 */
export class LoadBalancerDouble {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /**
   * @param host that clients ask for; the double is reached at an address
   * @param service base URL of what is behind the target groups
   */
  static async start(
    deployed: DeployedEnvironment,
    listenerArn: string,
    host: string,
    service: string,
  ): Promise<LoadBalancerDouble> {
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const rules = await deployed.rules(listenerArn);
      const rule = rules.find(({ Conditions }) =>
        Conditions?.every((condition) => holds(condition, request, host)),
      );
      const [action] = rule?.Actions ?? (await deployed.defaultActions(listenerArn));
      await act(action, request, response, service);
    };
    const server = createServer((request, response) => {
      answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP port is a number');
    return new LoadBalancerDouble(server, `http://127.0.0.1:${address.port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function holds(condition: RuleCondition, request: IncomingMessage, host: string): boolean {
  const path = new URL(request.url ?? '/', 'http://any').pathname;
  switch (condition.Field) {
    case 'path-pattern':
      return (condition.PathPatternConfig?.Values ?? []).some((glob) => matches(glob, path));
    case 'host-header':
      return (condition.HostHeaderConfig?.Values ?? []).some((glob) => matches(glob, host));
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(request.method ?? '');
    case 'source-ip':
      return false; // Nobody here comes from an address of Stripe.
    default:
      throw new Error(`condition ${condition.Field} is not known here; teach it to the double`);
  }
}

function matches(glob: string, text: string): boolean {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

async function act(
  action: Action | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
): Promise<void> {
  if (action?.FixedResponseConfig !== undefined) {
    const { ContentType, MessageBody, StatusCode } = action.FixedResponseConfig;
    response.writeHead(Number(StatusCode), { 'content-type': ContentType }).end(MessageBody);
  } else if (action?.RedirectConfig !== undefined) {
    const status = action.RedirectConfig.StatusCode?.replace('HTTP_', '');
    response.writeHead(Number(status), { location: `https://any${request.url}` }).end();
  } else {
    const { method = 'GET' } = request;
    const forwarded = await fetch(new URL(request.url ?? '/', service), { method });
    const contentType = forwarded.headers.get('content-type') ?? 'text/plain';
    response
      .writeHead(forwarded.status, { 'content-type': contentType })
      .end(await forwarded.text());
  }
}
