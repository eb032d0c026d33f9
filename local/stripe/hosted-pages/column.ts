import { documentOf, hashSource, seller } from './document';
import { type Html, html } from './html';
import { style } from './style';

/** What these pages have beside the style of the checkout page. */
const columnStyle = `
main.column { display: block; max-width: 680px; }
main.column h1 { margin: 24px 0 4px; font-size: 28px; font-weight: 700; color: var(--ink); letter-spacing: -.01em; }
main.column h2 { margin: 32px 0 12px; }
.for { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }
.card + .card { margin-top: 12px; }
.plan { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; margin: 0; font-weight: 600; }
.plan span { min-width: 0; overflow-wrap: anywhere; }
.when { margin: 6px 0 0; color: var(--quiet); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 14px; }
.actions .quiet-button, .open .quiet-button { margin: 0; width: auto; padding: 10px 16px; background: none; cursor: pointer; }
@media (max-width: 480px) {
  .actions { flex-direction: column; }
  .actions .quiet-button { width: 100%; }
  .rows .actions, main.column > .actions { flex-direction: row; }
  .rows .actions .quiet-button, main.column > .actions .quiet-button { width: auto; }
}
.actions .danger { border-color: var(--error); color: var(--error); }
.notice { margin: 20px 0 0; padding: 12px 14px; border: 1px solid var(--accent); border-radius: 8px; font-weight: 500; }
table { width: 100%; border-collapse: collapse; }
th { padding: 0 8px 8px 0; text-align: left; font-size: 14px; font-weight: 500; color: var(--quiet); }
td { padding: 12px 8px 12px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; text-align: right; }
.state { border: 1px solid var(--line); border-radius: 4px; padding: 1px 7px; font-size: 13px; white-space: nowrap; }
.paths { padding-left: 20px; }
.rows { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.rows li { padding: 14px 0; border-bottom: 1px solid var(--line); }
.rows .when { font-size: 14px; overflow-wrap: anywhere; }
main.column > .actions { margin-top: 0; }
.rows .actions .quiet-button, main.column > .actions .quiet-button { padding: 6px 12px; font-size: 14px; }
.actions form { display: contents; }
code { font-size: 14px; overflow-wrap: anywhere; }
.back { display: inline-block; margin-top: 32px; }
.open { margin-top: 20px; }
`;

const css = style + columnStyle;

/** Only the page's own style; there is no script. */
export const columnSecurityPolicy = `default-src 'none'; style-src ${hashSource(css)}; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** A page of one column: the portal, an invoice, the front page. */
export function columnPage(title: string, body: Html): string {
  return documentOf(
    title,
    css,
    html`<main class="column">
${seller}
${body}
</main>`,
  );
}
