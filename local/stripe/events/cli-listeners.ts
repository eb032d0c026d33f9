import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { render } from '../http/rendering';
import type { Account } from '../state/account';
import { newId } from '../state/ids';
import type { Kind, Row } from '../state/tables';
import { deliveryHeaders, renderEvent } from './deliveries';
import { apiVersion, eventKind } from './events';

/** The secret of `stripe listen` stays the same from run to run, as the original's does. */
interface ListenerSecret extends Row {
  readonly secret: string;
}
const listenerSecretKind: Kind<ListenerSecret> = { name: 'cli_listener_secret' };

const subscribePath = '/subscribe/acct_local';

/** Sessions that asked for an address and never came; forgotten beyond this number. */
const mostUnclaimedSessions = 100;

/**
 * The side of `stripe listen` that runs at Stripe: it asks by HTTP for a WebSocket's address and a
 * secret, and is sent events, which it posts on and reports the status of.
 * Seen in https://github.com/stripe/stripe-cli (pkg/websocket, pkg/stripeauth).
 */
export class CliListeners {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: 8 * 1024 * 1024,
    handleProtocols: (offered) =>
      offered.has('stripecli-devproxy-v1') ? 'stripecli-devproxy-v1' : false,
  });
  private readonly expected = new Map<string, { readonly forwardsTo: string | undefined }>();

  constructor(private readonly account: Account) {}

  /** How many `stripe listen` are connected. */
  get count(): number {
    return this.server.clients.size;
  }

  /** The answer to POST /v1/stripecli/sessions. */
  openSession(forwardsTo: string | undefined): object {
    const id = newId('cliws', '', 24);
    this.expected.set(id, { forwardsTo });
    for (const unclaimed of [...this.expected.keys()].slice(0, -mostUnclaimedSessions)) {
      this.expected.delete(unclaimed);
    }
    return {
      object: 'stripecli_session',
      websocket_id: id,
      websocket_url: `${this.account.url.replace('http:', 'ws:')}${subscribePath}`,
      websocket_authorized_feature: 'webhooks',
      default_version: apiVersion,
      latest_version: apiVersion,
      display_connect_filter_warning: false,
      reconnect_delay: 60,
      secret: this.secret(),
    };
  }

  /** Takes over an HTTP connection that wants to be a WebSocket, when it is one of ours. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = request.headers['websocket-id'];
    const session = typeof id === 'string' ? this.expected.get(id) : undefined;
    const isSubscription = request.url?.startsWith(subscribePath) ?? false;
    if (!session || !isSubscription) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      this.account.log(`stripe listen connected → ${session.forwardsTo ?? '(prints only)'}`);
      webSocket.on('message', (data) => this.onMessage(String(data)));
      webSocket.on('error', (error) => this.account.log(`stripe listen: ${error.message}`));
      webSocket.on('close', () => this.account.log('stripe listen disconnected'));
    });
  }

  /** Sends the event to every listener; each filters by itself, and none is tried again. */
  send(eventId: string): void {
    for (const webSocket of this.server.clients) this.sendTo(webSocket, eventId);
  }

  close(): void {
    for (const webSocket of this.server.clients) webSocket.terminate();
    this.server.close();
  }

  /**
   * Each event goes out twice, as in the original: without a version for a listener that takes the
   * account's, with one for `--latest`. The listener drops the one that is not for it.
   */
  private sendTo(webSocket: WebSocket, eventId: string): void {
    const { tables, now } = this.account;
    const event = tables.of(eventKind).get(eventId);
    const payload = render(renderEvent(tables, event));
    const headers = deliveryHeaders(payload, this.secret(), now());
    for (const version of [null, apiVersion]) {
      webSocket.send(
        JSON.stringify({
          type: 'webhook_event',
          endpoint: { api_version: version },
          event_payload: payload,
          http_headers: headers,
          webhook_conversation_id: newId('wc', '', 24),
          webhook_id: newId('wh', '', 24),
        }),
      );
    }
  }

  private onMessage(text: string): void {
    const report = parsedReport(text);
    if (report) {
      this.account.log(`stripe listen: ${report.eventId} → ${report.url} ${report.status}`);
    }
  }

  private secret(): string {
    const secrets = this.account.tables.of(listenerSecretKind);
    const known = secrets.find('cli');
    // 64 hexadecimal digits, unlike an endpoint's secret.
    return (known ?? secrets.put({ id: 'cli', secret: `whsec_${randomBytes(32).toString('hex')}` }))
      .secret;
  }
}

interface Report {
  readonly eventId: unknown;
  readonly url: unknown;
  readonly status: unknown;
}

/** What a listener's endpoint answered; its other messages (acknowledgements) ask for nothing. */
function parsedReport(text: string): Report | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return undefined;
    const { type, notification_id, forward_url, status } = message as Record<string, unknown>;
    return type === 'webhook_response'
      ? { eventId: notification_id, url: forward_url, status }
      : undefined;
  } catch {
    return undefined;
  }
}
