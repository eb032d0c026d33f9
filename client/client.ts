import createClient, { type Client, type MaybeOptionalInit } from 'openapi-fetch';
import type { paths } from './api';
import { errorOf, TollgateError } from './errors';

export interface TollgateClientOptions {
  /** Where the service is: `https://billing.example.com`, without /v1. */
  readonly baseUrl: string;
  /** A user's bearer token, or what obtains one; asked for each request. */
  readonly token: string | (() => string | Promise<string>);
  /** How long to wait for an answer. @default 30 */
  readonly timeoutSeconds?: number;
  /** @default - the global one */
  readonly fetch?: (request: Request) => Promise<Response>;
}

type Method = 'get' | 'post';
type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends { readonly [Name in M]: Record<string, unknown> }
    ? Path
    : never;
}[keyof paths];

/** What a route takes, and the key under which a POST may be repeated. */
type Asked<M extends Method, Path extends PathOf<M>> = MaybeOptionalInit<paths[Path], M>;
/** The body of a success; a route has one for each status that is one. */
type Answered<M extends Method, Path extends PathOf<M>> = paths[Path] extends {
  readonly [Name in M]: { readonly responses: infer Responses };
}
  ? {
      [Status in keyof Responses]: Status extends 200 | 201 | 202
        ? JsonOf<Responses[Status]>
        : never;
    }[keyof Responses]
  : never;
type JsonOf<Response> = Response extends {
  readonly content: { readonly 'application/json': infer Body };
}
  ? Body
  : never;
/** Nothing is to be said where a route needs nothing. */
type Rest<Init> = undefined extends Init ? [init?: Init] : [init: Init];

export interface TollgateClient {
  /** @throws TollgateError */
  get<Path extends PathOf<'get'>>(
    path: Path,
    ...init: Rest<Asked<'get', Path>>
  ): Promise<Answered<'get', Path>>;
  /** @throws TollgateError */
  post<Path extends PathOf<'post'>>(
    path: Path,
    ...init: Rest<Asked<'post', Path>>
  ): Promise<Answered<'post', Path>>;
  /** The client of openapi-fetch beneath it, which returns `error` instead of throwing it. */
  readonly raw: Client<paths>;
}

/**
 * A client of one service, for one user or with a token that may act for users. Each path and what
 * it takes and answers is typed by the service's own description; what is refused is thrown.
 *
 * @example
 * const tollgate = createTollgateClient({ baseUrl: 'http://127.0.0.1:8080', token });
 * const { url } = await tollgate.post('/v1/checkout/sessions', { body: { package: 'starter' } });
 */
export function createTollgateClient(options: TollgateClientOptions): TollgateClient {
  const { baseUrl, token, timeoutSeconds = 30, fetch: send = globalThis.fetch } = options;
  const raw = createClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ''),
    fetch: (request) =>
      send(
        new Request(request, {
          signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
        }),
      ),
  });
  raw.use({
    async onRequest({ request }) {
      const bearer = (typeof token === 'string' ? token : await token()).trim();
      // What is thrown for a header that cannot be sent shows all of it.
      if (/[^\x21-\x7e]/.test(bearer)) {
        throw new TollgateError(
          'token_invalid: the token has white space within, or characters that no token has; give it as ' +
            'it was issued, in one line',
          { code: 'token_invalid', status: 0 },
        );
      }
      request.headers.set('authorization', `Bearer ${bearer}`);
      return request;
    },
    onError: ({ error, request }) =>
      new TollgateError(
        `${request.method} ${request.url} was not answered (${reasonOf(error)}); see that baseUrl ` +
          'leads to the service and that it runs',
        { code: 'unreachable', status: 0 },
        { cause: error },
      ),
  });
  const call = async (method: 'GET' | 'POST', path: string, init: object | undefined) => {
    // The types of the path and of what it takes were checked where the caller wrote them.
    const ask = raw[method] as (path: string, init?: object) => Promise<Outcome>;
    const { data, error, response } = await ask(path, init);
    if (response.ok) return data;
    throw errorOf(response, error);
  };
  return {
    raw,
    get: (path, ...[init]) => call('GET', path, init) as never,
    post: (path, ...[init]) => call('POST', path, init) as never,
  };
}

interface Outcome {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** `fetch failed` says nothing; its cause says ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
