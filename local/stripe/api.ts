import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Fault, faultError, takeFault } from './control/faults';
import { controls } from './control/routes';
import { apiVersion } from './events/events';
import { assertAuthenticated, isFromElsewhere, keyIn } from './http/authentication';
import { Expander } from './http/expand';
import type { IdempotencyKeys } from './http/idempotency';
import { render } from './http/rendering';
import type { Route } from './http/routing';
import { StripeApiError, unrecognizedUrl } from './parameters/errors';
import { decodeForm } from './parameters/form-encoding';
import { resources } from './resources';
import type { Account } from './state/account';
import { newRequestId } from './state/ids';

interface ApiDependencies {
  readonly account: Account;
  readonly idempotencyKeys: IdempotencyKeys;
  /** How long a write takes, so that two under one key can meet; the original takes some 300 ms. */
  readonly latencyMillis: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stripe's API proper, everything under `/v1`, and the controls under `/_local`. */
export function registerApi(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { account } = dependencies;
  const api = new Api(dependencies);
  for (const route of [...resources.flatMap(({ routes }) => routes), ...controls]) {
    app.route({
      method: route.method,
      url: route.path,
      async handler(request, reply) {
        const requestId = newRequestId();
        const answer = await api.answer({ request, route, requestId });
        if (answer) return send(request, reply, requestId, answer);
        reply.hijack();
        request.raw.socket.destroy();
      },
    });
  }
  app.setErrorHandler((error, request, reply) =>
    send(request, reply, newRequestId(), failure(error, account)),
  );
  app.setNotFoundHandler((request, reply) => {
    const error = unrecognizedUrl(request.method, pathOf(request));
    return send(request, reply, newRequestId(), failure(error, account));
  });
}

interface Incoming {
  readonly request: FastifyRequest;
  readonly route: Route;
  readonly requestId: string;
}

class Api {
  private readonly expander: Expander;

  constructor(private readonly dependencies: ApiDependencies) {
    const kinds = resources.flatMap(({ kind }) => (kind ? [[kind.name, kind] as const] : []));
    this.expander = new Expander(new Map(kinds), dependencies.account.tables);
  }

  /** Nothing when a fault wants the connection cut. */
  async answer(incoming: Incoming): Promise<Answer | undefined> {
    const { request } = incoming;
    const { account } = this.dependencies;
    if (isControl(incoming.route)) {
      return isFromElsewhere(request)
        ? failure(foreignControl(request), account)
        : this.answerWithoutFault(incoming);
    }
    const fault = takeFault(account, request.method, pathOf(request));
    switch (fault?.kind) {
      case undefined:
        return this.answerWithoutFault(incoming);
      case 'status':
        return failure(statusError(fault, request), account);
      case 'timeout':
        // Until the client gives up, or the server closes all connections.
        return new Promise<never>(() => {});
      case 'slow':
        await sleep(fault.delay_ms, undefined, { ref: false });
        return this.answerWithoutFault(incoming);
      case 'lost_answer':
        await this.answerWithoutFault(incoming);
        return undefined;
    }
  }

  private async answerWithoutFault(incoming: Incoming): Promise<Answer> {
    const { headers } = incoming.request;
    try {
      if (!isControl(incoming.route)) assertAuthenticated(headers.authorization);
      assertKnownVersion(headers['stripe-version']);
      const key = idempotencyKeyOf(incoming.request);
      // Only POST does what must not be done twice; for the others Stripe ignores the key.
      if (key === null || incoming.route.method !== 'POST') return this.perform(incoming);
      return await this.performOnce(incoming, key);
    } catch (error) {
      return failure(error, this.dependencies.account);
    }
  }

  /** Changes are made in one go, without a pause in which another request could see half of them. */
  private perform({ request, route, requestId }: Incoming): Answer {
    const { account } = this.dependencies;
    try {
      const fields = decodeForm(formOf(request));
      const expand = fields.get('expand');
      fields.delete('expand');
      const object = route.handle({
        account,
        cause: { id: requestId, idempotency_key: idempotencyKeyOf(request) },
        fields,
        path: pathOf(request),
        pathIds: (name) => pathId(request, name),
      });
      return { status: 200, body: render(this.expander.expand(object, expand)) };
    } catch (error) {
      return failure(error, account);
    }
  }

  private async performOnce(incoming: Incoming, key: string): Promise<Answer> {
    const { idempotencyKeys, latencyMillis } = this.dependencies;
    const { request, requestId } = incoming;
    const fields = [...new URLSearchParams(formOf(request))].map((field) => field.join('=')).sort();
    const own = {
      id: key,
      method: request.method,
      path: pathOf(request),
      fields: fields.join('&'),
    };
    const before = idempotencyKeys.begin(own);
    if (before) {
      const headers = { 'idempotent-replayed': 'true', 'original-request': before.requestId };
      return { status: before.status, body: before.body, headers };
    }
    try {
      if (latencyMillis > 0) await sleep(latencyMillis);
      const answer = this.perform(incoming);
      idempotencyKeys.keep(own, { status: answer.status, body: answer.body, requestId });
      return answer;
    } finally {
      idempotencyKeys.finish(key);
    }
  }
}

function statusError(fault: Fault, request: FastifyRequest): StripeApiError {
  const key = keyIn(request.headers.authorization) ?? '';
  return faultError(fault, { method: request.method, path: pathOf(request), key });
}

/** Without a key, a page of any site that is open in this machine's browser could send one. */
function foreignControl({ headers }: FastifyRequest): StripeApiError {
  return new StripeApiError(
    403,
    `A page of ${headers.origin} asked for a control of the local Stripe; expected a program, or the local Stripe's own page. Send the request without an Origin header.`,
  );
}

/** Controls are for whoever sits at this machine: they ask for no key. */
function isControl({ path }: Route): boolean {
  return path.startsWith('/_local/');
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}

function pathId({ params }: FastifyRequest, name: string): string {
  const entry = Object.entries(params ?? {}).find(([key]) => key === name);
  return String(entry?.[1]);
}

/** The parameters as they came: in the body of a POST, else in the query. */
function formOf({ method, body, url }: FastifyRequest): string {
  if (method === 'POST') return typeof body === 'string' ? body : '';
  return url.split('?').slice(1).join('?');
}

function assertKnownVersion(version: string | string[] | undefined): void {
  if (version === undefined || /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(String(version))) return;
  throw new StripeApiError(400, `Invalid Stripe API version: ${version}`);
}

function failure(error: unknown, account: Account): Answer {
  if (error instanceof StripeApiError) {
    const headers = {
      ...(error.statusCode === 401 && { 'www-authenticate': 'Basic realm="Stripe"' }),
      ...error.detail.headers,
    };
    return { status: error.statusCode, body: JSON.stringify(error.toBody(), null, 2), headers };
  }
  if (isClientError(error)) {
    return failure(
      new StripeApiError(error.statusCode === 415 ? 400 : error.statusCode, messageFor(error)),
      account,
    );
  }
  account.log(`error in the local Stripe: ${isNativeError(error) ? error.stack : String(error)}`);
  return failure(
    new StripeApiError(500, 'The local Stripe failed; its log says how.', { type: 'api_error' }),
    account,
  );
}

interface ClientError {
  readonly statusCode: number;
  readonly message: string;
}

/** What fastify itself refuses: a content type, a body that is too large. */
function isClientError(error: unknown): error is ClientError {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return false;
  return Number(error.statusCode) < 500 && 'message' in error;
}

function messageFor({ statusCode, message }: ClientError): string {
  return statusCode === 415
    ? 'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.'
    : message;
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  requestId: string,
  { status, body, headers }: Answer,
): FastifyReply {
  const { 'idempotency-key': key, 'stripe-version': version } = request.headers;
  return reply
    .code(status)
    .headers({
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': version ?? apiVersion,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    })
    .send(body);
}
