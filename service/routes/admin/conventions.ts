import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { tokenProblems } from '../../http/problem-details';

/** What every route of the administrators may answer. */
export const adminProblems = [
  ...tokenProblems,
  'scope_missing',
  'validation_failed',
  'database_unavailable',
] as const;

export const dateTime = (description: string) => Type.String({ format: 'date-time', description });

/** Null where there is none, as every member of an answer that may be missing. */
export const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const isoOf = (date: Date) => date.toISOString();
export const isoOrNull = (date: Date | null) => date?.toISOString() ?? null;
export const dateOf = (text: string | undefined) =>
  text === undefined ? undefined : new Date(text);

/** Writes down who changed what; ids only. */
export function logAction(request: FastifyRequest, action: string, about: object): void {
  request.log.warn({ admin: request.caller.userId, action, ...about }, 'administrator acted');
}
