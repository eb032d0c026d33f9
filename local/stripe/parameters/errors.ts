/**
 * Stripe's error shape and wordings. Source: https://docs.stripe.com/api/errors and
 * https://docs.stripe.com/error-codes; the wordings are those that Stripe's API answers in test mode.
 */

type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

interface ErrorDetail {
  readonly type?: ErrorType;
  readonly code?: string;
  readonly param?: string;
  /** Further members of the `error` object, such as `decline_code` and `payment_intent`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the local Stripe answers instead of an object. */
export class StripeApiError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    readonly detail: ErrorDetail = {},
  ) {
    super(message);
    this.name = 'StripeApiError';
  }

  /** The response body; members that do not apply are absent, as they are in Stripe's answers. */
  toBody(): { error: Record<string, unknown> } {
    const { type = 'invalid_request_error', code, param, members } = this.detail;
    return {
      error: {
        ...(code && { code, doc_url: documentationUrl(code) }),
        message: this.message,
        ...(param && { param }),
        type,
        ...members,
      },
    };
  }
}

/** Where Stripe explains an error code. */
export function documentationUrl(code: string): string {
  return `https://docs.stripe.com/error-codes#${code.replaceAll('_', '-')}`;
}

/** A parameter has the wrong form or value (400). */
export function invalidParameter(message: string, param: string, code?: string): StripeApiError {
  return new StripeApiError(400, message, { param, ...(code && { code }) });
}

/** The request as a whole cannot be done (400). */
export function invalidRequest(message: string, code?: string): StripeApiError {
  return new StripeApiError(400, message, code ? { code } : {});
}

/** A parameter that must be there is not (400). */
export function missingParameter(param: string, message = `Missing required param: ${param}.`) {
  return invalidParameter(message, param, 'parameter_missing');
}

/** A parameter that this call does not have (400). */
export function unknownParameter(param: string): StripeApiError {
  return invalidParameter(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
}

/** An id that nothing is stored under: 404 when it is in the path, 400 when it is in a parameter. */
export function noSuchObject(
  noun: string,
  id: string,
  param: string,
  statusCode: 400 | 404,
): StripeApiError {
  return new StripeApiError(statusCode, `No such ${noun}: '${id}'`, {
    code: 'resource_missing',
    param,
  });
}

/** A path, or a method on a path, that the API does not have (404). */
export function unrecognizedUrl(method: string, path: string): StripeApiError {
  return new StripeApiError(
    404,
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  );
}
