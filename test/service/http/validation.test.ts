import { Type } from 'typebox';
import { amountMinor, reason, unit } from '../../../service/http/bodies';
import { validatorCompiler } from '../../../service/http/validation';
import { createBody } from '../../../service/routes/checkout/order';

const closed = { additionalProperties: false };
const query = Type.Object(
  {
    dryRun: Type.Optional(Type.Boolean()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    status: Type.Optional(Type.Enum(['held', 'captured'])),
    since: Type.Optional(Type.String({ format: 'date-time' })),
  },
  closed,
);
const spend = Type.Object({ unit, amountMinor: amountMinor('What to take'), reason }, closed);

function check(
  schema: typeof query | typeof spend | typeof createBody,
  httpPart: string,
  value: unknown,
) {
  const result = validatorCompiler({ schema, httpPart, method: 'POST', url: '/' })(value);
  if (typeof result !== 'object' || 'then' in result) throw new Error('expected an answer');
  return 'error' in result ? (result.error as Error).message : result.value;
}

test.each([
  [{ dryRun: 'true' }, { dryRun: true }],
  [{ dryRun: 'false' }, { dryRun: false }],
  [{ limit: '10' }, { limit: 10 }],
  [{ since: '2024-02-29T23:59:59.5+02:00' }, { since: '2024-02-29T23:59:59.5+02:00' }],
])('a query is read: %j', (value, read) => {
  expect(check(query, 'querystring', value)).toEqual(read);
});

test.each([
  [{ limit: '10.5' }, /^the query parameter limit is "10.5"; expected an integer from 1 to 100$/],
  [{ limit: '1e1' }, /limit is "1e1"; expected an integer/],
  [{ limit: '0' }, /limit is 0; expected an integer from 1 to 100/],
  [{ dryRun: 'yes' }, /^the query parameter dryRun is "yes"; expected true or false$/],
  [{ status: 'capture' }, /is "capture"; expected one of held, captured; did you mean captured\?$/],
  [{ since: '2026-01-01T23:59:60Z' }, /^the query parameter since is .*; expected a time such as/],
  [{ since: '2023-02-29T00:00:00Z' }, /; expected a time such as/],
  [{ since: '0000-01-01T00:00:00Z' }, /; expected a time such as/],
  [{ since: '2026-01-01T00:00:00Z[Europe/Paris]' }, /; expected a time such as/],
  [{ since: '2026-01-01T24:00:01Z' }, /; expected a time such as/],
])('S20: a query that does not do is explained: %j', (value, detail) => {
  expect(check(query, 'querystring', value)).toMatch(detail);
});

test.each([
  [
    { unit: 'usd', reason: 'x' },
    /^the body's member amountMinor is missing; expected an integer from 1 to/,
  ],
  [
    { unit: 'usd', amountMinor: '5', reason: 'x' },
    /^the body's member amountMinor is "5"; expected an integer/,
  ],
  [
    { unit: 'dollars', amountMinor: 5, reason: 'x' },
    /^the body's member unit is "dollars"; expected a text of the form .* \(A currency \(ISO 4217\)/,
  ],
  [
    { unit: 'usd', amountMinor: 5, reason: 'a\u0007' },
    /^the body's member reason is "a\\u0007"; expected a text of 1 to 255 characters without control characters/,
  ],
  [
    { unit: 'usd', amountMinor: 5, reason: 'x', amuontMinor: 6 },
    /^the body's member amuontMinor is not known; expected unit, amountMinor, reason; did you mean amountMinor\?/,
  ],
  [[], /^the body is a list; expected an object with unit, amountMinor, reason$/],
  [null, /^the body is null; expected an object/],
])('S20: a body that does not do is explained: %j', (value, detail) => {
  expect(check(spend, 'body', value)).toMatch(detail);
});

test.each([
  [
    { topUp: { amountMinor: 1_000, currency: 'usd' } },
    /^the body's member topUp is not known; .*did you mean topup\?/,
  ],
  [
    { topup: { amount: 1_000, currency: 'usd' } },
    /^the body's member topup.amount is not known; expected amountMinor, currency; did you mean amountMinor\?/,
  ],
  [
    { item: { reference: 'm1', amountMinor: 500, currency: 'usd', name: 'Birthday \ud83c' } },
    /^the body's member item.name is /,
  ],
  [
    { item: { reference: 'm1', amountMinor: 500, currency: 'usd', name: 'a\u0000b' } },
    /^the body's member item.name is /,
  ],
  [{ package: 'a\udc00' }, /^the body's member package has a NUL or half of a surrogate pair/],
  [
    { package: 'basic', successUrl: 'https://shop.example.com/\ud800' },
    /^the body's member successUrl has/,
  ],
])('S20: an order that does not do is explained: %j', (value, detail) => {
  expect(check(createBody, 'body', value)).toMatch(detail);
});
