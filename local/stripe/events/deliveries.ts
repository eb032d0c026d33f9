import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import Stripe from 'stripe';
import { render } from '../http/rendering';
import type { Account, Event } from '../state/account';
import type { WebhookEndpoint } from '../state/stored';
import type { Kind, Row, Tables } from '../state/tables';
import { eventKind } from './events';
import { signingSecretOf, wants, webhookEndpointKind } from './webhook-endpoints';

/** One POST to an endpoint and what came of it. */
interface Attempt {
  /** In seconds. */
  readonly at: number;
  /** Null when there was no HTTP answer. */
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMillis: number;
}

export interface Delivery {
  readonly endpointId: string;
  readonly state: 'failed' | 'pending' | 'succeeded';
  readonly attempts: readonly Attempt[];
}

/** What became of one event, under the event's id. */
interface EventDeliveries extends Row {
  readonly deliveries: readonly Delivery[];
}
export const eventDeliveriesKind: Kind<EventDeliveries> = { name: 'event_deliveries' };

/** Stripe tries for days; here a developer waits. About two minutes in all. */
export const defaultRetryDelaysMillis: readonly number[] = [
  500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000,
];

/** How long an endpoint may take to answer. */
const answerTimeoutMillis = 10_000;

/** More POSTs than this at a time would be a load test that nobody asked for. */
const mostAtOnce = 32;

/** The event as it is shown and sent: with the endpoints that have not taken it yet counted. */
export function renderEvent(tables: Tables, event: Event, endpoint?: WebhookEndpoint): Event {
  const deliveries = tables.of(eventDeliveriesKind).find(event.id)?.deliveries ?? [];
  return {
    ...event,
    api_version: endpoint?.api_version ?? event.api_version,
    pending_webhooks: deliveries.filter(({ state }) => state === 'pending').length,
  };
}

/** The headers of a delivery, signed anew: the timestamp in the signature is that of the attempt. */
export function deliveryHeaders(payload: string, secret: string, now: number) {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    Accept: '*/*; q=0.5, application/xml',
    'Cache-Control': 'no-cache',
    'Stripe-Signature': Stripe.webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp: now,
    }),
  };
}

/** Delivers events to the webhook endpoints, again and again until one answers 2xx or the delays end. */
export class WebhookDeliveries {
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();
  /** The series of attempts that counts; sending an event again puts a new one in its place. */
  private readonly series = new Map<string, symbol>();
  private readonly firstAnswersOf = new Map<string, Promise<unknown>>();
  private readonly waiting: (() => void)[] = [];
  private inFlight = 0;

  constructor(
    private readonly account: Account,
    private readonly retryDelaysMillis: readonly number[],
  ) {
    // Every delivery that is under way listens to it; Node.js would warn of a leak at ten.
    setMaxListeners(0, this.stop.signal);
  }

  deliver(eventId: string): void {
    const { type } = this.account.tables.of(eventKind).get(eventId);
    const endpoints = this.account.tables.of(webhookEndpointKind).oldestFirst();
    const wanting = endpoints.filter((endpoint) => wants(endpoint, type)).map(({ id }) => id);
    if (wanting.length > 0) this.begin(eventId, wanting);
  }

  redeliver(eventId: string, endpointId?: string): void {
    if (endpointId === undefined) {
      this.deliver(eventId);
      return;
    }
    this.begin(eventId, [endpointId]);
  }

  async firstAnswers(eventId: string): Promise<void> {
    await this.firstAnswersOf.get(eventId);
  }

  /** Takes up what an earlier run left undelivered. */
  resume(): void {
    for (const { id, deliveries } of this.account.tables.of(eventDeliveriesKind).oldestFirst()) {
      for (const { endpointId, state, attempts } of deliveries) {
        if (state !== 'pending') continue;
        this.track(
          this.try(id, endpointId, this.retryDelaysMillis.slice(attempts.length), () => {}),
        );
      }
    }
  }

  /** Ends every attempt and every wait; what was pending stays so, for the next run. */
  async close(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.running);
  }

  private begin(eventId: string, endpointIds: readonly string[]): void {
    const firstAnswers = endpointIds.map((endpointId) => {
      this.record(eventId, endpointId, 'pending');
      return new Promise<void>((resolve) => {
        this.track(this.try(eventId, endpointId, this.retryDelaysMillis, resolve));
      });
    });
    const all = Promise.all(firstAnswers).finally(() => this.firstAnswersOf.delete(eventId));
    this.firstAnswersOf.set(eventId, all);
  }

  private track(delivery: Promise<void>): void {
    this.running.add(delivery);
    void delivery.finally(() => this.running.delete(delivery));
  }

  /** Never rejects. `onAnswer` is called after each attempt, and at the end in any case. */
  private async try(
    eventId: string,
    endpointId: string,
    delaysMillis: readonly number[],
    onAnswer: () => void,
  ): Promise<void> {
    const target = `${eventId} ${endpointId}`;
    const series = Symbol(target);
    this.series.set(target, series);
    try {
      for (const delayMillis of [0, ...delaysMillis]) {
        await sleep(delayMillis, undefined, { ref: false, signal: this.stop.signal });
        if (this.series.get(target) !== series) return;
        const endpoint = this.account.tables.of(webhookEndpointKind).find(endpointId);
        // Stripe: an endpoint that is disabled or deleted when a retry is due gets no further one.
        if (endpoint?.status !== 'enabled') break;
        const attempt = await this.inTurn(() => this.post(eventId, endpoint));
        const isTaken = isSuccess(attempt);
        this.record(eventId, endpointId, isTaken ? 'succeeded' : 'pending', attempt);
        onAnswer();
        if (isTaken) return;
      }
      this.record(eventId, endpointId, 'failed');
    } catch (error) {
      if (!this.stop.signal.aborted) this.account.log(`webhook ${eventId}: ${String(error)}`);
    } finally {
      if (this.series.get(target) === series) this.series.delete(target);
      onAnswer();
    }
  }

  private async inTurn<T>(post: () => Promise<T>): Promise<T> {
    if (this.inFlight >= mostAtOnce) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.inFlight += 1;
    try {
      return await post();
    } finally {
      this.inFlight -= 1;
      this.waiting.shift()?.();
    }
  }

  private async post(eventId: string, endpoint: WebhookEndpoint): Promise<Attempt> {
    const { tables, now, log } = this.account;
    const event = tables.of(eventKind).get(eventId);
    const payload = render(renderEvent(tables, event, endpoint));
    const started = performance.now();
    const answer = await this.send(endpoint, payload);
    this.stop.signal.throwIfAborted();
    const attempt = {
      ...answer,
      at: now(),
      durationMillis: Math.round(performance.now() - started),
    };
    log(
      `webhook ${event.type} ${event.id} → ${endpoint.url} ${attempt.status ?? attempt.error} ${attempt.durationMillis} ms`,
    );
    return attempt;
  }

  private async send(
    endpoint: WebhookEndpoint,
    body: string,
  ): Promise<Pick<Attempt, 'error' | 'status'>> {
    try {
      const secret = signingSecretOf(this.account.tables, endpoint.id);
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: deliveryHeaders(body, secret, this.account.now()),
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(answerTimeoutMillis)]),
      });
      await response.body?.cancel();
      return { status: response.status, error: null };
    } catch (error) {
      return { status: null, error: reasonOf(error) };
    }
  }

  private record(
    eventId: string,
    endpointId: string,
    state: Delivery['state'],
    attempt?: Attempt,
  ): void {
    const table = this.account.tables.of(eventDeliveriesKind);
    const deliveries = table.find(eventId)?.deliveries ?? [];
    const before = deliveries.find((delivery) => delivery.endpointId === endpointId);
    const attempts = [...(before?.attempts ?? []), ...(attempt ? [attempt] : [])];
    const others = deliveries.filter((delivery) => delivery.endpointId !== endpointId);
    table.put({ id: eventId, deliveries: [...others, { endpointId, state, attempts }] });
  }
}

/** Any 2xx: a redirect is a failure, and so is no answer. */
function isSuccess({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** `fetch failed` says nothing; its cause says ECONNREFUSED. */
function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerTimeoutMillis / 1000} s`;
  return isNativeError(error.cause) ? error.cause.message : error.message;
}
