import { createHash } from 'node:crypto';
import { Html, html } from './html';

/** Who the pages are from. */
export const seller = html`<p class="seller">Local Stripe <span class="badge">TEST MODE</span></p>`;

/** A source of a Content-Security-Policy: this very style or script and no other. */
export function hashSource(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

/** A whole page around its body, with the style that its security policy lets through. */
export function documentOf(title: string, css: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(css)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}
