import type { Row, Tables } from './tables';

/** Which request brought a change about; both are null when it was a buyer or the clock. */
interface Cause {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

export const noRequest: Cause = { id: null, idempotency_key: null };

/** Where events go once they are stored: the webhook endpoints, and the CLI's listeners. */
export interface EventOutlets {
  /** Hands out a new event to everybody who asked for its type. */
  deliver(eventId: string): void;
  /** Hands it out once more: to one endpoint, to the CLI's listeners alone, or to everybody. */
  redeliver(
    eventId: string,
    to: { endpointId?: string | undefined; listenersOnly?: boolean },
  ): void;
  /** Resolves when every endpoint has answered its first attempt, in whatever way, or has timed out. */
  firstAnswers(eventId: string): Promise<void>;
  /** A new `stripe listen` asks where to connect and what its signatures are made with. */
  openListener(forwardsTo: string | undefined): object;
}

/** The one account of the local Stripe: what it remembers, and who is told of a change. */
export interface Account {
  readonly tables: Tables;
  /** Where it is reached, such as `http://127.0.0.1:12111`. */
  readonly url: string;
  /** The present second. */
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly outlets: EventOutlets;
  /** Does what one change brings about elsewhere: a payment that succeeds pays its invoice. */
  readonly follow: (scope: Scope, event: Event) => void;
}

/** In whose name something happens: every change is made, and every event recorded, in a scope. */
export interface Scope {
  readonly account: Account;
  readonly cause: Cause;
}

/** What every object of the API begins with. */
export interface ApiObject extends Row {
  readonly object: string;
}

/** That something happened to an object, as it is stored and delivered. */
export interface Event {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: ApiObject; readonly previous_attributes?: object };
  readonly livemode: false;
  /** Endpoints that have not answered 2xx yet. The deliveries know it; it is 0 in the table. */
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}
