import Stripe from 'stripe';
import { issueToken } from '../../ops/service/bearer-token';
import type { DescribedRoute } from '../support/described-routes';
import type { Random } from '../support/random';
import { jwtSecret, webhookSecret } from '../support/running-service';

/** A request as its bytes, and what the answer has to be counted as. */
interface HostileRequest {
  readonly route: string;
  readonly bytes: Buffer;
  readonly key: string | undefined;
}

const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const texts = [
  '',
  ' ',
  'x',
  '\u0000',
  'a\u0000b',
  'Birthday \ud83c',
  '\udc00',
  '\u0001\u001f\u007f\u0085',
  '\u202e\u2028\ufeff',
  '__proto__',
  'constructor',
  'toString',
  'usd',
  'CREDITS',
  'price_\u00e9',
  "'; drop table transfers; --",
  'x'.repeat(256),
  '🎂'.repeat(255),
  'y'.repeat(5_000),
  'https://shop.example.com/\u0000',
  'https://shop.example.com/\ud800',
  'https://user@shop.example.com/',
  'javascript:alert(1)',
  '2026-01-01T23:59:60Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00Z[Europe/Paris]',
  '999999999999999999',
  '-1',
  '1e400',
  'NaN',
  '00000000-0000-4000-8000-000000000000',
] as const satisfies readonly [string, ...string[]];

const numbers = [
  0,
  -1,
  0.5,
  1,
  49,
  50,
  1e3,
  99_999_999,
  100_000_000,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  1e21,
  1e308,
  -1e308,
] as const;

function value(random: Random, depth = 0): unknown {
  switch (random.below(depth > 2 ? 4 : 6)) {
    case 0:
      return random.of([null, true, false]);
    case 1:
      return random.of(numbers);
    case 2:
    case 3:
      return random.of(texts);
    case 4:
      return Array.from({ length: random.below(4) }, () => value(random, depth + 1));
    default:
      return { [random.of(texts)]: value(random, depth + 1) };
  }
}

/** Few enough that what was recorded is asked for, and replayed. */
const eventIds = 300;

/** One member, anywhere, replaced, removed or added. */
function mutated(random: Random, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || random.chance(0.3)) return value(random);
  const names = Object.keys(body);
  const copy: Record<string, unknown> = { ...body };
  const name = names[random.below(names.length)];
  if (name === undefined || random.chance(0.15)) copy[random.of(texts)] = value(random);
  else if (random.chance(0.1)) delete copy[name];
  else copy[name] = mutated(random, copy[name]);
  return copy;
}

const orders: readonly [object, ...object[]] = [
  { topup: { amountMinor: 1_000, currency: 'usd' } },
  { item: { reference: 'm1', amountMinor: 500, currency: 'usd', name: 'A cake' } },
  { package: 'starter' },
  { price: 'membership-monthly', quantity: 1 },
  {
    topup: { amountMinor: 1_000, currency: 'usd' },
    successUrl: 'https://shop.example.com/',
    cancelUrl: 'https://shop.example.com/',
  },
];

function bodyOf(random: Random, route: DescribedRoute): string {
  if (random.chance(0.05))
    return random.of([
      '',
      '{',
      'null',
      '[]',
      '"x"',
      deep(10_000),
      '['.repeat(20_000),
      '{"__proto__":{}}',
      '\u0000',
      '{"a":1}{"a":1}',
    ]);
  const example = route.path === '/v1/checkout/sessions' ? random.of(orders) : route.exampleBody;
  const body = random.chance(0.2) ? example : mutated(random, example ?? {});
  return JSON.stringify(body ?? {});
}

/** What a query or a path is written as, well or badly. */
function written(random: Random, text: string): string {
  if (random.chance(0.2))
    return random.of(['%00', '%ed%a0%80', '%ff', '%', '%zz', '%2e%2e', '..', '+', '%F0%9F']);
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

function pathOf(random: Random, route: DescribedRoute): string {
  const path = random.chance(0.5)
    ? route.filledPath.replace('/events/cs_1', `/events/evt_${random.below(eventIds)}`)
    : route.path.replaceAll(/\{\w+\}/g, () => written(random, random.of(texts)));
  if (random.chance(0.5)) return path;
  const names = [...route.parameters, ...(random.chance(0.3) ? texts : [])];
  const count = 1 + random.below(3);
  const parts = Array.from({ length: count }, () => {
    const name = names[random.below(names.length)] ?? 'userId';
    return `${written(random, name)}=${written(random, random.of(texts))}`;
  });
  return `${path}?${parts.join(random.of(['&', '&&', ';']))}`;
}

async function tokenOf(random: Random): Promise<string> {
  const scope = random.of(['', 'accounts:write', 'billing:admin', 'accounts:write billing:admin']);
  const user = random.chance(0.1) ? random.of(texts) : `user${random.below(5_000)}`;
  if (random.chance(0.05)) return random.of(['x', 'a.b.c', '..', 'eyJhbGciOiJub25lIn0.e30.', 'é']);
  return issueToken(jwtSecret, user, scope);
}

/** A delivery whose signature is right, or whose form is. */
function delivery(random: Random): { body: string; signature: string } {
  const type = random.of([
    'checkout.session.completed',
    'charge.refunded',
    'invoice.paid',
    'customer.subscription.updated',
    'payment_intent.succeeded',
    'charge.dispute.created',
    'ping',
  ]);
  const event = {
    id: `evt_${random.below(eventIds)}`,
    object: 'event',
    type,
    livemode: false,
    data: { object: { id: 'x', metadata: {} } },
  };
  const payload = random.chance(0.03) ? deep(6_000) : JSON.stringify(mutated(random, event));
  const isSigned = random.chance(0.7);
  const signature = isSigned
    ? Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret })
    : random.of([
        '',
        't=1',
        `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`,
        'v1=x',
        '\u00e9',
      ]);
  return { body: payload, signature };
}

/** A request that no honest caller sends, to one of the routes. */
export async function hostileRequest(
  random: Random,
  routes: readonly [DescribedRoute, ...DescribedRoute[]],
): Promise<HostileRequest> {
  const route = random.of(routes);
  const isWebhook = route.path === '/webhooks/stripe';
  const sent = isWebhook ? delivery(random) : undefined;
  const body = sent?.body ?? (route.method === 'POST' ? bodyOf(random, route) : '');
  const method = random.chance(0.03)
    ? random.of(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE'])
    : route.method;
  const key = random.chance(0.8)
    ? `key-${random.below(1e9)}`
    : random.of(['', 'é', 'x'.repeat(256)]);
  const bytes = Buffer.from(body);
  const headers = [
    'host: fuzz',
    'connection: close',
    `authorization: Bearer ${await tokenOf(random)}`,
    ...(random.chance(0.9) ? [`idempotency-key: ${key}`] : []),
    ...(random.chance(0.1)
      ? [
          `origin: ${random.of(['null', 'https://evil.example', 'https://shop.example.com', '\u00ff'])}`,
        ]
      : []),
    ...(sent === undefined ? [] : [`stripe-signature: ${sent.signature}`]),
    ...(body === ''
      ? []
      : [
          `content-type: ${random.chance(0.95) ? 'application/json' : random.of(['text/plain', 'x', 'application/xml', '; ;'])}`,
        ]),
    ...(body === ''
      ? []
      : [`content-length: ${random.chance(0.98) ? bytes.length : bytes.length - 1}`]),
  ];
  const head = `${method} ${pathOf(random, route)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
  return {
    route: `${method} ${route.path}`,
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), bytes]),
    key,
  };
}
