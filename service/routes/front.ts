import { createHash } from 'node:crypto';
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { healthPath, openApiPath, readyPath, versionPath } from '../contract';

interface FrontOptions {
  readonly version: string;
  readonly stripeMode: 'test' | 'live';
}

/** What the address itself answers: where one is, and what to call. */
export const frontRoutes: FastifyPluginCallback<FrontOptions> = (app, options, done) => {
  app.get(
    '/',
    // Whoever comes back from a checkout has a query of Stripe's making.
    { schema: { hide: true }, config: { ignoresQuery: true } },
    (request, reply) => {
      void reply.header('vary', 'accept');
      if (!wantsPage(request)) return reply.send(description(options));
      return reply
        .header('content-security-policy', policy)
        .type('text/html; charset=utf-8')
        .send(page(options, isBack(request)));
    },
  );
  done();
};

const wantsPage = ({ headers }: FastifyRequest) => headers.accept?.includes('text/html') === true;

const isBack = ({ query }: FastifyRequest) =>
  Object.hasOwn(query as Readonly<Record<string, unknown>>, 'checkout');

const links = [
  [openApiPath, 'what there is to call, described for tools'],
  [readyPath, 'whether all that it needs is there'],
  [versionPath, 'which version runs'],
  [healthPath, 'whether it serves'],
] as const;

const calls = [
  ['GET /v1/catalogue', 'what is for sale'],
  ['POST /v1/checkout/sessions', 'sell it: send the buyer to the "url" of the answer'],
  ['GET /v1/checkout/sessions/{id}', 'what came of that'],
  ['GET /v1/account', 'what the user has'],
  ['POST /v1/account/spend', 'let them spend it'],
] as const;

function description({ version, stripeMode }: FrontOptions) {
  return {
    service: 'Tollgate',
    version,
    stripeMode,
    description: openApiPath,
    calls: Object.fromEntries(calls),
  };
}

/** Nothing in it comes from the request. */
function page({ version, stripeMode }: FrontOptions, isBackFromCheckout: boolean): string {
  const rows = (list: readonly (readonly [string, string])[], of: (name: string) => string) =>
    list.map(([name, what]) => `<li>${of(name)}<br>${what}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Tollgate</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>Tollgate</h1>
<p>Stripe checkout and customer balances. Version ${version}, Stripe’s ${stripeMode} mode.</p>
${isBackFromCheckout ? backFromCheckout : ''}
<h2>To call</h2>
<p>With <code>Authorization: Bearer</code> and a JWT whose <code>sub</code> is the user:</p>
<ul>
${rows(calls, (name) => `<code>${name}</code>`)}
</ul>
<h2>To look at</h2>
<ul>
${rows(links, (path) => `<a href="${path}">${path}</a>`)}
</ul>
</main>
</body>
</html>
`;
}

/** Whether anything was paid, this address cannot say: anybody can type it. */
const backFromCheckout = `<p class="notice" role="status">You come back from a checkout, and your own page
belongs here. It asks <code>GET /v1/checkout/sessions/{id}</code> whether anything was paid. Buyers return to
<code>successUrl</code> and <code>cancelUrl</code> of the request, or else to <code>PUBLIC_BASE_URL</code>.</p>`;

const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --ink: #1c2433; --quiet: #5b6577; --accent: #4f46c8; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12151c; --ink: #eef1f6; --quiet: #a4aec0; --accent: #8f88ff; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 640px; margin: 0 auto; padding: 40px 20px; }
h1 { margin: 0; font-size: 28px; }
h2 { margin: 32px 0 8px; font-size: 20px; }
p { margin: 4px 0 0; color: var(--quiet); }
ul { margin: 12px 0 0; padding: 0; list-style: none; color: var(--quiet); }
li { padding: 8px 0; }
a, code { overflow-wrap: anywhere; }
a { color: var(--accent); }
code { color: var(--ink); font-size: 15px; }
.notice { margin-top: 20px; padding: 12px 14px; border: 1px solid var(--accent); border-radius: 8px; color: var(--ink); }
`;

/** Its own style and nothing else. Its links stay on http where the service does: on one's own machine. */
const policy =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
  "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
