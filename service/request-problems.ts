/** What a request can be refused for; the other rows of the table are in `errors.ts`. */

export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly fix: string;
}

export const requestProblems = {
  // What the caller sent
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    fix: 'Send one JSON object, encoded as UTF-8.',
  },
  validation_failed: {
    status: 400,
    title: 'The request does not have the expected shape',
    fix: 'Compare the request with its schema in /openapi.json.',
  },
  bad_request: {
    status: 400,
    title: 'The request could not be read',
    fix: 'Send a well-formed HTTP request as described in /openapi.json.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    fix: 'Send at most 1 MiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not JSON',
    fix: 'Send the header Content-Type: application/json.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    fix: 'Send less than 16 KiB of headers: a shorter token, fewer cookies.',
  },
  request_timed_out: {
    status: 408,
    title: 'The request did not arrive in time',
    fix: 'Send the whole request within 20 seconds.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this path',
    fix: 'Compare the path with those in /openapi.json.',
  },
  adapter_off: {
    status: 404,
    title: 'This path is of an older contract that is not spoken here',
    fix: 'Call the route of /v1 that docs/moving/ names for it, or name the adapter in ADAPTERS.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed on this path',
    fix: 'Use one of the methods named in the Allow header.',
  },
  currency_not_supported: {
    status: 422,
    title: 'This currency cannot be topped up',
    fix: 'Use one of the currencies named in the detail, or add this one to STRIPE_CURRENCY.',
  },
  amount_below_minimum: {
    status: 422,
    title: 'The amount is below the minimum of its currency',
    fix: 'Send an amount, in minor units, within the bounds named in the detail.',
  },
  amount_above_maximum: {
    status: 422,
    title: 'The amount is above the maximum of one charge',
    fix: 'Send an amount, in minor units, within the bounds named in the detail.',
  },
  package_unknown: {
    status: 422,
    title: 'There is no such package',
    fix: 'Send the id of one of the packages that GET /v1/catalogue shows.',
  },
  price_unknown: {
    status: 422,
    title: 'There is no such price',
    fix: 'Send an id of a price in the Stripe account, or a lookup key that GET /v1/catalogue shows.',
  },
  price_inactive: {
    status: 422,
    title: 'This price is not for sale any more',
    fix: "Send another price, or make this one and its product active in Stripe's dashboard.",
  },
  order_rejected: {
    status: 422,
    title: 'Stripe does not sell this in this way',
    fix: 'Change the amount, quantity, name, price or URL that the detail names.',
  },
  item_unknown: {
    status: 422,
    title: 'There is no such item',
    fix: 'Send the reference of an item that GET /v1/catalogue shows; or let a service with the scope accounts:write name the price.',
  },
  already_purchased: {
    status: 409,
    title: 'The user has bought this already',
    fix: 'Read GET /v1/account/purchases?reference=…; to sell it a second time, leave out "once".',
  },
  purchase_under_way: {
    status: 409,
    title: 'This is just being sold to the user',
    fix: 'Send the request again in a few seconds: it is answered with the page that was begun.',
  },
  already_subscribed: {
    status: 409,
    title: 'The user has this subscription already',
    fix: 'Open the customer portal to change it; to sell it a second time, send "again": true.',
  },
  redirect_url_not_allowed: {
    status: 422,
    title: 'The buyer may not be sent to this URL',
    fix: 'Use a URL whose origin is that of PUBLIC_BASE_URL or is listed in ALLOWED_ORIGINS.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    fix: 'Send the body of before to the same path, or use a new key for a new request.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still under way',
    fix: 'Send the request again in a few seconds: its answer will be that of the first.',
  },
  checkout_session_expired: {
    status: 409,
    title: 'The session that this Idempotency-Key began has expired',
    fix: 'Read GET /v1/checkout/sessions/{id} with the sessionId; unless it was paid, begin another under a new key.',
  },
  idempotency_key_missing: {
    status: 400,
    title: 'The Idempotency-Key header is missing',
    fix: 'Name the request by a text of your own, such as a UUID, and repeat it under the same one.',
  },
  insufficient_funds: {
    status: 409,
    title: 'The user does not have that much',
    fix: 'Ask for no more than availableMinor of this unit, or let the user top up first.',
  },
  hold_not_found: {
    status: 404,
    title: 'This user has no such hold',
    fix: 'Use the id from the answer that placed the hold, for the same user.',
  },
  hold_expired: {
    status: 409,
    title: 'The hold has expired',
    fix: 'Place a new hold, with a longer expiresInSeconds if need be.',
  },
  hold_already_captured: {
    status: 409,
    title: 'The hold was captured before',
    fix: 'Read the hold: what was captured stays so, and the rest has gone back.',
  },
  hold_already_released: {
    status: 409,
    title: 'The hold was released before',
    fix: 'Place a new hold.',
  },
  capture_exceeds_hold: {
    status: 422,
    title: 'More is to be captured than is held',
    fix: 'Capture what is held at most, and spend the rest.',
  },

  // What an administrator asked for
  event_not_found: {
    status: 404,
    title: 'No such event has been recorded',
    fix: 'List events with GET /v1/admin/events; take one in that was missed with POST /v1/admin/reconciliations.',
  },
  event_still_fails: {
    status: 409,
    title: 'The event cannot be handled now either',
    fix: 'See docs/runbook.md#events-failed for the reason in the detail; nothing was changed.',
  },
  event_payload_pruned: {
    status: 409,
    title: 'The payload of the event is no longer kept',
    fix: 'Run POST /v1/admin/reconciliations for objects since the day of the event instead.',
  },
  message_not_found: {
    status: 404,
    title: 'No such message is in the outbox',
    fix: 'Use the position of a message from GET /v1/admin/outbox.',
  },
  message_not_set_aside: {
    status: 409,
    title: 'The message has not been set aside',
    fix: 'Leave it: what waits is published by itself, and what was published stays so.',
  },
  reconciliation_not_found: {
    status: 404,
    title: 'No such reconciliation is recorded',
    fix: 'List the last ones with GET /v1/admin/reconciliations; they are kept for 30 days.',
  },
  reconciliation_range_invalid: {
    status: 400,
    title: 'Nothing can be reconciled for this range of time',
    fix: 'Send since and until within the bounds named in the detail; without them it is the regular run.',
  },
  reconciliation_running: {
    status: 409,
    title: 'A reconciliation of this kind is under way',
    fix: 'Wait for it to end (GET /v1/admin/reconciliations), then begin another if need be.',
  },
  adjustment_not_found: {
    status: 404,
    title: 'No such adjustment is recorded',
    fix: 'List those that wait with GET /v1/admin/adjustments?status=pending.',
  },
  adjustment_decided: {
    status: 409,
    title: 'The adjustment has been decided already',
    fix: 'Leave it as the detail says it is; ask for a correction if it was wrong.',
  },
  second_person_needed: {
    status: 403,
    title: 'Somebody else has to approve this',
    fix: 'Let another administrator approve it, with a token of their own.',
  },
  customer_unknown: {
    status: 404,
    title: 'No user is known to be this Stripe customer',
    fix: 'Compare the id with the dashboard of this environment’s Stripe account; import it if it is of before.',
  },
  payment_not_found: {
    status: 404,
    title: 'No such payment is booked',
    fix: "Use a paymentId (pi_… or ch_…) of GET /v1/admin/users/{userId}/ledger; refund what is not ours in Stripe's dashboard.",
  },
  refund_exceeds_payment: {
    status: 422,
    title: 'More is to be refunded than is left of the payment',
    fix: 'Ask for no more than refundableMinor, or leave amountMinor out to refund all that is left.',
  },
  nothing_to_refund: {
    status: 409,
    title: 'Nothing of this payment can be refunded',
    fix: 'See the payment in GET /v1/admin/users/{userId}/ledger: it was refunded, disputed or spent.',
  },
  refund_rejected: {
    status: 409,
    title: 'Stripe does not refund this payment',
    fix: "Compare the payment in Stripe's dashboard with what the detail says.",
  },
  processing_paused: {
    status: 409,
    title: 'The handling of events is paused',
    fix: 'Deploy with processing=on, which sets PROCESSING, then repeat the request.',
  },

  // Who the caller is
  token_missing: {
    status: 401,
    title: 'There is no bearer token',
    fix: 'Send the header Authorization: Bearer <JWT>.',
  },
  token_invalid: {
    status: 401,
    title: 'The bearer token is not valid',
    fix: 'Send a JWT whose sub is the user, signed with the configured secret or key set.',
  },
  token_expired: {
    status: 401,
    title: 'The bearer token has expired',
    fix: 'Obtain a new token and send the request again.',
  },
  scope_missing: {
    status: 403,
    title: 'The token lacks a scope',
    fix: "Send a token whose scope has what the detail names, or leave out what needs it: another user's userId, an item's price.",
  },
  customer_not_found: {
    status: 404,
    title: 'This user has no Stripe customer',
    fix: 'Open the portal once the user has begun a checkout: that makes the customer.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    fix: 'Send the request again after the seconds in the Retry-After header.',
  },
  checkout_session_not_found: {
    status: 404,
    title: 'This user has no such checkout session',
    fix: 'Use the id from the answer that created the session, with the token of the same user.',
  },
} as const satisfies Record<string, ProblemDefinition>;
