import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { type TObject, Type } from 'typebox';
import { Problem } from '../errors';
import { explainUnknown, nameOfMember, placeOf } from './explanations';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on a route whose query is somebody else's to choose. @default - it is checked */
    ignoresQuery?: boolean;
  }
}

const place = placeOf('querystring');

/**
 * Refuses what a route does not know: a parameter that is ignored does something else than its
 * caller wants, as `dryrun=true` would. For every route that is added after this; where the query
 * is looked at, the token has been, and the body has not.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('onRoute', closeQuery);
  app.addHook('preParsing', async (request) => checkQuery(request));
  app.addHook('preValidation', async (request) => checkNoBody(request));
}

/** /openapi.json says so too. */
function closeQuery(route: RouteOptions): void {
  if (route.config?.ignoresQuery === true || isPreflight(route.method)) return;
  const given = route.schema?.querystring as TObject | undefined;
  route.schema = {
    ...route.schema,
    querystring: Type.Object({ ...given?.properties }, { additionalProperties: false }),
  };
}

function isPreflight(method: RouteOptions['method']): boolean {
  return method === 'OPTIONS';
}

function parametersOf(request: FastifyRequest): TObject['properties'] | undefined {
  const { schema } = request.routeOptions;
  return (schema?.querystring as TObject | undefined)?.properties;
}

/** @throws Problem `validation_failed` */
function checkQuery(request: FastifyRequest): void {
  const known = parametersOf(request);
  if (known === undefined) return;
  for (const [name, value] of Object.entries(request.query as Readonly<Record<string, unknown>>)) {
    const called = nameOfMember(place, [name]);
    if (!Object.hasOwn(known, name)) {
      throw refused(explainUnknown(place, [name], Object.keys(known)) + elsewhere(request, name));
    }
    if (Array.isArray(value)) {
      throw refused(`${called} is given ${value.length} times; expected once`);
    }
    if (value === '') throw refused(`${called} is empty; expected a value, or leave it out`);
  }
}

function elsewhere(request: FastifyRequest, name: string): string {
  const body = request.routeOptions.schema?.body as TObject | undefined;
  return Object.hasOwn(body?.properties ?? {}, name) ? `; ${name} is a member of the body` : '';
}

/** What is sent to a route that takes no body would be ignored as well. */
function checkNoBody(request: FastifyRequest): void {
  const known = parametersOf(request);
  if (known === undefined || request.routeOptions.schema?.body !== undefined) return;
  const { body } = request;
  const isEmpty =
    body === undefined ||
    body === null ||
    body === '' ||
    (typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0);
  if (isEmpty) return;
  const [first = ''] = typeof body === 'object' ? Object.keys(body) : [];
  const hint = Object.hasOwn(known, first) ? `; ${first} is a parameter of the query` : '';
  throw refused(`the request has a body; expected none on this route${hint}`);
}

function refused(detail: string): Problem {
  return new Problem('validation_failed', detail);
}
