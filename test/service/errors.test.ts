import { asProblem, Problem, type ProblemCode, problems } from '../../service/errors';

const codes = Object.keys(problems) as ProblemCode[];

test.each(codes)('S20: %s has a stable form, a title, and a fix that says what to do', (code) => {
  const { status, title, fix } = problems[code];
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(title).toMatch(/^\S.{5,79}$/);
  expect(title).not.toMatch(/[.!]$/);
  expect(fix).toMatch(/^[A-Z].{10,}\.$/);
});

test.each(['title', 'fix'] as const)('no two problems of one status share a %s', (field) => {
  // "Send the request again shortly." may be all there is to do about several of our own troubles.
  const texts = codes
    .filter((code) => field === 'title' || problems[code].status < 500)
    .map((code) => problems[code][field])
    .filter((text) => !text.startsWith('Send an amount'));
  expect(texts).toEqual([...new Set(texts)]);
});

test.each(codes.filter((code) => problems[code].status >= 500))(
  '%s is our trouble: the caller is told to come back, or operators what to mend',
  (code) => {
    expect(problems[code].fix).toMatch(/Send the request again|Operators: /);
  },
);

test('the codes that other systems match on stay what they are', () => {
  // Taking one away, or renaming it, breaks callers: add to this list, never change it.
  expect(codes).toEqual(
    expect.arrayContaining([
      'malformed_json',
      'validation_failed',
      'body_too_large',
      'unsupported_media_type',
      'method_not_allowed',
      'currency_not_supported',
      'amount_below_minimum',
      'amount_above_maximum',
      'redirect_url_not_allowed',
      'token_missing',
      'token_invalid',
      'token_expired',
      'checkout_session_not_found',
      'stripe_signature_missing',
      'stripe_signature_malformed',
      'stripe_signature_mismatch',
      'stripe_signature_expired',
      'stripe_signature_from_future',
      'database_unavailable',
      'overloaded',
      'stripe_secret_key_not_configured',
    ]),
  );
});

test('S20: the words that operators search their runbook for are the title', () => {
  expect(problems.stripe_secret_key_not_configured.title).toBe('STRIPE_SECRET_KEY not configured');
});

test('a problem keeps its cause, its detail and its status', () => {
  const cause = new Error('ECONNREFUSED');
  const problem = new Problem('database_unavailable', 'nobody answers', { cause });
  expect(problem).toMatchObject({ status: 503, message: 'nobody answers', cause });
  expect(asProblem(problem)).toBe(problem);
});

test.each([new Error('a bug'), 'a text', undefined, null, 42])(
  'anything else that is thrown is an internal_error with its cause: %p',
  (thrown) => {
    expect(asProblem(thrown)).toMatchObject({ code: 'internal_error', status: 500, cause: thrown });
  },
);
