import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodeForm } from '../parameters/form-encoding';
import { type Html, html } from './html';

/** One of the controls, or a call of the API, as a button: nobody has to copy an id. */
export interface Action {
  readonly label: string;
  /** @default 'POST' */
  readonly method?: 'DELETE';
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly isHarm?: boolean;
}

/** What a page may have called; anything else is left to programs. */
const callable = /^\/(_local\/[\w/-]+|v1\/refunds|v1\/events\/\w+\/retry)$/;

/** Any key of this form opens the one account. */
const pageKey = 'sk_test_localFrontPage00';

/** @param about says to whom only hears the button what it is a button of */
export function buttonsOf(actions: readonly Action[], about: string): Html | null {
  if (actions.length === 0) return null;
  return html`<div class="actions">${actions.map((action) => buttonOf(action, about))}</div>`;
}

function buttonOf({ label, method, path, fields = {}, isHarm }: Action, about: string): Html {
  const entries = { path, ...(method && { method }), ...fields };
  const inputs = Object.entries(entries).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="/">${inputs}<button class="quiet-button${isHarm ? ' danger' : ''}" aria-label="${label}: ${about}">${label}</button></form>`;
}

/** What came of a press of a button. */
export interface Pressed {
  /** What was called, as one would type it. */
  readonly call: string;
  /** Why it was refused, in the words of the API. */
  readonly error: string | null;
}

/** Calls what the form names, as a program would. */
export async function press(app: FastifyInstance, { body }: FastifyRequest): Promise<Pressed> {
  const form = decodeForm(typeof body === 'string' ? body : '');
  const path = String(form.get('path') ?? '');
  const method = form.get('method') === 'DELETE' ? 'DELETE' : 'POST';
  const call = `${method} ${path}`;
  if (!callable.test(path)) return { call, error: 'No button calls this.' };
  const fields = new URLSearchParams(typeof body === 'string' ? body : '');
  fields.delete('path');
  fields.delete('method');
  const answer = await app.inject({
    method,
    url: path,
    headers: {
      authorization: `Bearer ${pageKey}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: fields.toString(),
  });
  return { call, error: answer.statusCode < 400 ? null : messageIn(answer.payload) };
}

function messageIn(answer: string): string {
  const { error } = JSON.parse(answer) as { error?: { message?: string } };
  return error?.message ?? answer;
}
