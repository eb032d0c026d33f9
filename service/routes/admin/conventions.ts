import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../../errors';
import { tokenProblems } from '../../http/problem-details';

/** What every route of the administrators may answer. */
export const adminProblems = [
  ...tokenProblems,
  'scope_missing',
  'validation_failed',
  'database_unavailable',
] as const;

export const dateTime = (description: string) => Type.String({ format: 'date-time', description });

export const isoOf = (date: Date) => date.toISOString();
export const isoOrNull = (date: Date | null) => date?.toISOString() ?? null;

/** @throws Problem `validation_failed` for what the format lets pass and no calendar has: 23:59:60 */
export function dateOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new Problem('validation_failed', `there is no time ${text}; expected a second of 0 to 59`);
}

/** Writes down who changed what; ids only. */
export function logAction(request: FastifyRequest, action: string, about: object): void {
  request.log.warn({ admin: request.caller.userId, action, ...about }, 'administrator acted');
}
