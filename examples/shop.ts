/**
 * A shop in one file: it shows what is for sale, sends buyers to pay, and lets them spend what they
 * have bought. Start Tollgate, then this, and open http://localhost:3000:
 *
 *   npm start
 *   eval "$(npm run --silent status -- --env)" && npx tsx examples/shop.ts
 */
import { createServer, type IncomingMessage } from 'node:http';
import { createTollgateClient, TollgateError } from '@tollgate/client';
import { SignJWT } from 'jose';

const { URL: tollgateUrl = 'http://127.0.0.1:8080', JWT_ACCESS_TOKEN_SECRET: secret } = process.env;
const port = Number(process.env.PORT ?? 3000);
if (secret === undefined) {
  console.error('JWT_ACCESS_TOKEN_SECRET is not set: eval "$(npm run --silent status -- --env)"');
  process.exit(1);
}
const key = new TextEncoder().encode(secret);

/** Tollgate believes who a user is because we sign it: `sub` is our own id of the user. */
const tollgateOf = (userId: string) =>
  createTollgateClient({
    baseUrl: tollgateUrl,
    token: () =>
      new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(userId)
        .setExpirationTime('5m')
        .sign(key),
  });

/** A shop of yours knows its users by a session; this one believes what the query says. */
const userOf = (url: URL) => url.searchParams.get('user') ?? 'alice';

async function home(url: URL): Promise<string> {
  const user = userOf(url);
  const tollgate = tollgateOf(user);
  // First, for it credits what was paid, if the webhook has not come yet.
  const outcome = await outcomeOf(url);
  const [{ packages }, { balances }, { transactions }] = await Promise.all([
    tollgate.get('/v1/catalogue'),
    tollgate.get('/v1/account'),
    tollgate.get('/v1/account/transactions'),
  ]);
  const credits = balances.find(({ unit }) => unit === 'credits')?.amountMinor ?? 0;
  return `<p>${outcome}</p>
    <p>${escapeHtml(user)} has <b>${credits} credits</b>.</p>
    ${packages.map(({ id, name }) => button(`/buy?${new URLSearchParams({ user, package: id })}`, `Buy ${name}`)).join('')}
    ${button(`/use?${new URLSearchParams({ user, wish: crypto.randomUUID() })}`, 'Use 100 credits')}
    <ul>${transactions.map((each) => `<li>${each.amountMinor} ${each.unit}: ${escapeHtml(each.description ?? each.reason)}</li>`).join('')}</ul>`;
}

/** What became of the checkout that a buyer comes back from. */
async function outcomeOf(url: URL): Promise<string> {
  const sessionId = url.searchParams.get('session_id');
  if (sessionId === null)
    return url.searchParams.has('checkout') ? 'Nothing was paid.' : 'Welcome!';
  const { paymentStatus } = await tollgateOf(userOf(url)).get('/v1/checkout/sessions/{id}', {
    params: { path: { id: sessionId } },
  });
  if (paymentStatus === 'paid') return 'Thank you, it is yours.';
  // A bank debit takes days: it is yours when the money is there.
  return paymentStatus === 'failed' ? 'The payment failed.' : 'Your bank has yet to pay.';
}

/** @returns where to send the buyer */
async function buy(url: URL): Promise<string> {
  const user = userOf(url);
  const back = `http://localhost:${port}/?${new URLSearchParams({ user })}`;
  const session = await tollgateOf(user).post('/v1/checkout/sessions', {
    body: {
      package: url.searchParams.get('package') ?? '',
      successUrl: `${back}&session_id={CHECKOUT_SESSION_ID}`,
      cancelUrl: `${back}&checkout=canceled`,
    },
  });
  return session.url;
}

async function use(url: URL): Promise<string> {
  const user = userOf(url);
  const home = `/?${new URLSearchParams({ user })}`;
  const wish = url.searchParams.get('wish') ?? crypto.randomUUID();
  try {
    await tollgateOf(user).post('/v1/account/spend', {
      // Made with the button: a wish that is sent twice is spent once.
      params: { header: { 'idempotency-key': wish } },
      body: { unit: 'credits', amountMinor: 100, reason: 'a picture' },
    });
    return home;
  } catch (error) {
    if (!(error instanceof TollgateError) || error.code !== 'insufficient_funds') throw error;
    return `${home}&checkout=too-little`;
  }
}

async function answer(request: IncomingMessage): Promise<{ html?: string; location?: string }> {
  const url = new URL(request.url ?? '/', `http://localhost:${port}`);
  if (request.method === 'GET' && url.pathname === '/') return { html: await home(url) };
  if (request.method === 'POST' && url.pathname === '/buy') return { location: await buy(url) };
  if (request.method === 'POST' && url.pathname === '/use') return { location: await use(url) };
  return { html: 'There is nothing here.' };
}

const button = (action: string, text: string) =>
  `<form method="post" action="${escapeHtml(action)}"><button>${escapeHtml(text)}</button></form>`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

createServer(async (request, response) => {
  try {
    const { html, location } = await answer(request);
    if (location !== undefined) response.writeHead(303, { location }).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end('Something went wrong; the console says what.');
  }
}).listen(port, () => console.log(`The shop is open at http://localhost:${port}`));
