import Stripe from 'stripe';
import { Problem } from '../../../service/errors';
import { stripeProblem } from '../../../service/stripe/errors';

const { errors } = Stripe;
const raw = {
  type: 'invalid_request_error',
  message: 'No such price',
  requestId: 'req_1',
} as const;

test.each([
  [new errors.StripeAuthenticationError(raw), 'stripe_secret_key_rejected', 503],
  [new errors.StripePermissionError(raw), 'stripe_permission_missing', 503],
  [new errors.StripeConnectionError(raw), 'stripe_unavailable', 503],
  [new errors.StripeRateLimitError(raw), 'stripe_unavailable', 503],
  [new errors.StripeAPIError(raw), 'stripe_unavailable', 503],
  [new errors.StripeInvalidRequestError(raw), 'stripe_request_rejected', 502],
  [new errors.StripeIdempotencyError(raw), 'stripe_request_rejected', 502],
  [new errors.StripeCardError(raw), 'stripe_request_rejected', 502],
])('S20: %s is our %s', (error, code, status) => {
  expect(stripeProblem(error)).toMatchObject({ name: 'Problem', code, status, cause: error });
});

test("the detail says Stripe's code, the parameter, the message and the request to look up", () => {
  const error = new errors.StripeInvalidRequestError({
    ...raw,
    code: 'resource_missing',
    param: 'line_items[0][price]',
  });
  expect(stripeProblem(error)).toMatchObject({
    detail: 'resource_missing [line_items[0][price]]: No such price (Stripe request req_1)',
  });
});

test('an error without a code, a parameter or a request is told by its type', () => {
  const error = new errors.StripeConnectionError({ type: 'api_error', message: 'ECONNREFUSED' });
  expect(stripeProblem(error)).toMatchObject({ detail: 'StripeConnectionError: ECONNREFUSED' });
});

test.each([new Error('a bug'), new Problem('overloaded', 'x'), 'text', undefined])(
  "what is not Stripe's stays what it is: %p",
  (error) => {
    expect(stripeProblem(error)).toBe(error);
  },
);
