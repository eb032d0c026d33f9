import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type TObject, Type } from 'typebox';
import { Problem } from '../errors';
import type { Database } from '../store/database';
import {
  type Answer,
  insertAnswer,
  type KeyedRequest,
  type KeyState,
  keepAnswer,
  leaseKey,
  lockKey,
  readKey,
  releaseKey,
} from '../store/idempotency';
import type { Transaction } from '../store/queryable';
import { problemsOf } from './problem-details';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * A UUID that names what this request is to do: the same whenever its caller repeats it under
     * the same Idempotency-Key, a new one otherwise. Whatever is derived from it happens once, even
     * when a process died half way.
     */
    operationId: string;
    /** Set while this request holds its Idempotency-Key by a lease. */
    leasedKey: KeyedRequest | undefined;
  }
  interface FastifyContextConfig {
    /**
     * `in_transaction`: the route answers by `answerInTransaction`, so that its effect and its
     * answer commit together.
     * @default - the key is leased before the handler runs, and its answer kept after that
     */
    idempotency?: 'in_transaction';
    /**
     * Refuses a request before its key is leased, so that one which is refused writes nothing. It
     * reads only; what was answered under the key before is repeated all the same.
     * @default - the handler alone refuses
     */
    checkFirst?: (request: FastifyRequest) => Promise<void>;
    /**
     * Looks at an answer that is about to be repeated, where what it speaks of does not last as long.
     * A Problem that it throws is answered instead.
     * @default - the answer is repeated
     */
    checkReplay?: (request: FastifyRequest, answer: Answer) => Promise<void>;
  }
}

/** Longer than any request takes: at most four calls to Stripe of some 11 s each. */
const leaseSeconds = 60;
const headerName = 'idempotency-key';
const replayedHeader = 'idempotency-replayed';

/** For the schema of a route that insists on a key; the others get it as an optional one. */
const idempotencyKey = Type.String({
  pattern: '^[\\x20-\\x7e]{1,255}$',
  description:
    'Names this request, for repeating it without a second effect: the same key with the same ' +
    'body has the same answer, for 7 days, with the header Idempotency-Replayed: true. ' +
    '1 to 255 printable ASCII characters.',
});

/** Headers of the routes that are not safe to send twice without a key. */
export const keyedHeaders = Type.Object({ 'idempotency-key': idempotencyKey });

/** What every POST may answer about its Idempotency-Key. */
const keyProblems = ['idempotency_key_reused', 'idempotency_key_in_use'] as const;

/**
 * Lets every POST of this plugin be repeated under an `Idempotency-Key`. Only successes are kept:
 * what was answered with a problem may be repeated, and corrected, under the same key.
 */
export function acceptIdempotencyKeys(app: FastifyInstance, database: Database): void {
  app.decorateRequest('operationId', '');
  app.decorateRequest('leasedKey', undefined);
  app.addHook('onRoute', describeKey);

  // After validation: a request without the expected shape takes no key.
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    const keyed = keyedRequestOf(request);
    request.operationId = operationIdOf(keyed);
    const { checkFirst } = request.routeOptions.config;
    const refusal = await checkFirst?.(request).catch((error: unknown) => ({ error }));
    if (keyed === undefined || isInTransaction(request)) {
      if (refusal !== undefined) throw refusal.error;
      return;
    }
    const state = await (refusal === undefined
      ? leaseKey(database, keyed, leaseSeconds)
      : readKey(database, keyed));
    if (state === 'new' && refusal !== undefined) throw refusal.error;
    if (state !== 'new') {
      const answer = replayOf(state, keyed);
      await request.routeOptions.config.checkReplay?.(request, answer);
      return sendAnswer(reply, answer, true);
    }
    request.leasedKey = keyed;
  });

  // Before the answer is on its way, so that whoever has it may rely on it. When it cannot be
  // kept, this request fails too, and its repetition does the same again under the same id.
  app.addHook('onSend', async (request, reply, payload) => {
    const { leasedKey } = request;
    if (leasedKey === undefined) return;
    request.leasedKey = undefined;
    const { statusCode } = reply;
    if (statusCode >= 300) await releaseKey(database, leasedKey);
    else await keepAnswer(database, leasedKey, { statusCode, body: JSON.parse(String(payload)) });
  });
}

/**
 * For routes that are not safe to repeat without a key; before validation, to say what is missing.
 * @throws Problem `idempotency_key_missing`
 */
export async function requireIdempotencyKey(request: FastifyRequest): Promise<void> {
  if (request.headers[headerName] !== undefined) return;
  throw new Problem('idempotency_key_missing', `the request has no ${headerName} header`);
}

const pipelined = { isPipelined: true };

/**
 * Answers a request whose effects are all in our database: the key, the effects and the answer
 * commit together or not at all. For routes with `config: { idempotency: 'in_transaction' }`.
 * @param work does it within the transaction; a Problem that it throws rolls all of it back
 * @throws Problem `idempotency_key_reused`, `idempotency_key_in_use`, `database_unavailable`
 */
export async function answerInTransaction(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<FastifyReply> {
  const keyed = keyedRequestOf(request);
  if (keyed === undefined) {
    return sendAnswer(reply, await database.transaction(work, pipelined), false);
  }
  const { answer, isReplayed } = await database.transaction(async (transaction) => {
    const state = await lockKey(transaction, keyed);
    if (state !== 'new') return { answer: replayOf(state, keyed), isReplayed: true };
    const answer = await work(transaction);
    if (!(await insertAnswer(transaction, keyed, answer))) throw inUse(keyed);
    return { answer, isReplayed: false };
  }, pipelined);
  return sendAnswer(reply, answer, isReplayed);
}

function isInTransaction(request: FastifyRequest): boolean {
  return request.routeOptions.config.idempotency === 'in_transaction';
}

function keyedRequestOf(request: FastifyRequest): KeyedRequest | undefined {
  const key = request.headers[headerName];
  if (typeof key !== 'string') return undefined;
  const content = [request.method, request.url, JSON.stringify(request.body ?? null)];
  return { caller: request.caller.userId, key, requestHash: sha256(content).toString('hex') };
}

/** The same for the same request of the same caller under the same key (RFC 9562, version 8). */
function operationIdOf(keyed: KeyedRequest | undefined): string {
  if (keyed === undefined) return randomUUID();
  const bytes = sha256([keyed.caller, keyed.key, keyed.requestHash]).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function sha256(parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** @throws Problem when there is no answer to be repeated */
function replayOf(state: Exclude<KeyState, 'new'>, keyed: KeyedRequest): Answer {
  if (state === 'under_way') throw inUse(keyed);
  if (state !== 'other') return state;
  throw new Problem(
    'idempotency_key_reused',
    `the Idempotency-Key ${keyed.key} was used with another path or body; expected the same`,
  );
}

function inUse({ key }: KeyedRequest): Problem {
  return new Problem(
    'idempotency_key_in_use',
    `the first request with the Idempotency-Key ${key} is not answered yet`,
  );
}

function sendAnswer(reply: FastifyReply, { statusCode, body }: Answer, isReplayed: boolean) {
  if (isReplayed) void reply.header(replayedHeader, 'true');
  return reply.code(statusCode).send(body);
}

/** Adds the header and its problems to the description of every POST. */
function describeKey(route: RouteOptions): void {
  if (route.method !== 'POST') return;
  const { schema = {} } = route;
  const given = schema.headers as TObject | undefined;
  route.schema = {
    ...schema,
    headers: Type.Object({
      [headerName]: Type.Optional(idempotencyKey),
      ...given?.properties,
    }),
    response: withProblems(schema.response as Responses | undefined),
  };
}

type Responses = Readonly<Record<string, { readonly description?: string }>>;

function withProblems(responses: Responses = {}): Responses {
  const merged: Record<string, { readonly description?: string }> = { ...responses };
  for (const [status, added] of Object.entries(problemsOf(...keyProblems))) {
    const known = merged[status];
    merged[status] =
      known === undefined
        ? added
        : { ...known, description: `${known.description}; ${added.description}` };
  }
  return merged;
}
