/**
 * What a delivery that is refused may be instead: whoever mixes two listeners up is told which the
 * other one is. Nothing here is believed, and nothing of the request is repeated.
 */

/** Signatures of others, by their headers. */
const signatures: Readonly<Record<string, string>> = {
  'x-hub-signature-256': 'GitHub',
  'x-shopify-hmac-sha256': 'Shopify',
  'x-amz-sns-message-type': 'Amazon SNS',
  'paddle-signature': 'Paddle',
  'paypal-transmission-sig': 'PayPal',
  'x-square-hmacsha256-signature': 'Square',
  'x-razorpay-signature': 'Razorpay',
  'x-slack-signature': 'Slack',
  'x-twilio-signature': 'Twilio',
  'svix-signature': 'Svix',
  'webhook-signature': 'a sender of Standard Webhooks',
};

/** Of a delivery without a signature of Stripe's. Empty where nothing is known. */
export function hintOfHeaders(headers: Readonly<Record<string, unknown>>): string {
  const found = Object.keys(signatures).find((name) => headers[name] !== undefined);
  if (found !== undefined) {
    return `; it carries ${found}, that of ${signatures[found]}: send it to the listener that is for it`;
  }
  if (!String(headers['content-type']).startsWith('application/cloudevents+json')) return '';
  return '; it is a CloudEvent, as Tollgate itself publishes them: your application takes those, at a URL of its own';
}

/** Nearly all events are shorter, and anybody can send what is longer. */
const readBytesMax = 64 * 1024;

/** Of a body whose signature none of our secrets made. */
export function hintOfBody(body: Buffer, mode: 'test' | 'live'): string {
  if (body.length > readBytesMax) return '';
  const { object, livemode } = memberOf(body);
  if (object === 'v2.core.event') {
    return '; it is a thin event of an endpoint for API v2: make one for snapshot events';
  }
  if (object !== 'event' || typeof livemode !== 'boolean') {
    return '; its body is no event of Stripe either, as it arrived: whatever is in between may change it';
  }
  const isOfOtherMode = livemode !== (mode === 'live');
  return isOfOtherMode
    ? `; its body is of ${livemode ? 'live' : 'test'} mode, and this is ${mode}: it is the other mode's endpoint`
    : '; its body is an event of this mode: the secret is that of another endpoint, or of another stripe listen';
}

function memberOf(body: Buffer): { readonly object?: unknown; readonly livemode?: unknown } {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
