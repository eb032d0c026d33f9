import type { FastifyInstance, FastifyReply } from 'fastify';
import { faultKind } from '../control/faults';
import { controls } from '../control/routes';
import { eventSuppressionKind } from '../events/suppressions';
import { isFromElsewhere } from '../http/authentication';
import type { Account } from '../state/account';
import { type Action, buttonsOf, type Pressed, press } from './actions';
import { show } from './answers';
import { columnPage, columnSecurityPolicy } from './column';
import { type List, listsOf } from './front-lists';
import type { Row } from './front-rows';
import { type Html, html } from './html';

/** What the printed address answers in a browser; to Stripe's API it is no path at all. */
export function registerFrontPage(app: FastifyInstance, account: Account): void {
  app.get<{ Querystring: { did?: string } }>('/', ({ query }, reply) => {
    const call = /^(POST|DELETE) \/[\w/-]+$/.exec(String(query.did ?? ''))?.[0];
    return showFront(reply, account, call === undefined ? null : { call, error: null });
  });
  app.post('/', async (request, reply) => {
    if (isFromElsewhere(request)) return reply.redirect('/', 303);
    const pressed = await press(app, request);
    if (pressed.error !== null) return showFront(reply.code(422), account, pressed);
    return reply.redirect(`/?did=${encodeURIComponent(pressed.call)}`, 303);
  });
}

function showFront(reply: FastifyReply, account: Account, pressed: Pressed | null): FastifyReply {
  return show(reply, reply.statusCode, frontPage(account, pressed), columnSecurityPolicy);
}

function frontPage(account: Account, pressed: Pressed | null): string {
  return columnPage(
    'Local Stripe',
    html`<h1>A Stripe on this machine</h1>
<p class="for">It answers as Stripe’s API does, in test mode. No bank is asked and no money moves.</p>
${pressed && outcomeOf(pressed)}
${listsOf(account).map(listOf)}
${faults(account)}
<h2>API</h2>
<p>Under <code>${account.url}/v1</code>, with any key that begins with <code>sk_test_</code>:</p>
<p><code>curl ${account.url}/v1/events -u sk_test_local0000000000:</code></p>
<details><summary>The controls behind these buttons, for programs</summary>
<p>They need no key; the command’s <code>--help</code> lists their parameters.</p>
<ul class="paths">${controls.map(
      ({ method, path }) =>
        html`<li><code>${method} ${path.replace(/:(\w+)/g, '{$1}')}</code></li>`,
    )}</ul></details>`,
  );
}

function outcomeOf({ call, error }: Pressed): Html {
  if (error === null) return html`<p class="notice" role="status">Done: <code>${call}</code></p>`;
  return html`<p class="alert" role="alert">${error} <code>${call}</code></p>`;
}

function listOf({ title, empty, rows }: List): Html {
  const name = title.toLowerCase().replaceAll(' ', '-');
  if (rows.length === 0) return html`<h2>${title}</h2><p class="for">${empty}</p>`;
  return html`<h2 id="${name}">${title}</h2>
<ul class="rows" aria-labelledby="${name}">${rows.map(rowOf)}</ul>`;
}

function rowOf({ title, link, amount, details, actions }: Row): Html {
  return html`<li><p class="plan"><span>${link ? html`<a href="${link}">${title}</a>` : title}</span>${
    amount === null ? null : html`<span class="amount">${amount}</span>`
  }</p>
<p class="when">${details.join(' · ')}</p>
${buttonsOf(actions, `${title}, ${details.at(-1)}`)}</li>`;
}

const newFaults: readonly Action[] = [
  fault('The next request fails', { kind: 'status', status: '500' }),
  fault('Five are limited', { kind: 'status', status: '429', times: '5' }),
  fault('The next answer is lost', { kind: 'lost_answer' }),
  {
    label: 'The next checkout makes no event',
    path: '/_local/events/suppress',
    fields: { 'types[]': 'checkout.session.completed' },
  },
];

function fault(label: string, fields: Readonly<Record<string, string>>): Action {
  return { label, path: '/_local/faults', fields };
}

/** What is to go wrong, and what might be made to. */
function faults({ tables }: Account): Html {
  const set = tables.of(faultKind).oldestFirst();
  const suppressed = tables.of(eventSuppressionKind).oldestFirst();
  const rows = [
    ...set.map(({ kind, status, method, path, remaining }) => {
      const what = kind === 'status' ? `status ${status}` : kind.replaceAll('_', ' ');
      return `${what} for the next ${remaining} of ${method} ${path}`;
    }),
    ...suppressed.map(
      ({ types, remaining }) => `no event for the next ${remaining} of ${types.join(', ')}`,
    ),
  ];
  const clearing: readonly Action[] = [
    ...(set.length > 0
      ? [{ label: 'Clear the faults', method: 'DELETE', path: '/_local/faults' } as const]
      : []),
    ...(suppressed.length > 0
      ? [
          {
            label: 'Let events be made',
            method: 'DELETE',
            path: '/_local/events/suppress',
          } as const,
        ]
      : []),
  ];
  return html`<h2>What goes wrong</h2>
${rows.length === 0 ? html`<p class="for">Nothing, until a button says so.</p>` : html`<ul class="paths">${rows.map((row) => html`<li>${row}</li>`)}</ul>`}
${buttonsOf([...newFaults, ...clearing], 'what goes wrong')}`;
}
