/** Where the items of a subscription are listed. */
export const subscriptionItemsPath = '/v1/subscription_items';

/** How many items Stripe shows within a subscription. The rest is listed. */
const shownItems = 10;

/** What goes over the wire for an object: an answer, or an event that is delivered. */
export function render(object: object): string {
  return JSON.stringify(object, (_name, value: unknown) => withFirstItems(value), 2);
}

function withFirstItems(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!('url' in value && 'data' in value && Array.isArray(value.data))) return value;
  const isInline = String(value.url).startsWith(`${subscriptionItemsPath}?`);
  if (!isInline || value.data.length <= shownItems) return value;
  return { ...value, data: value.data.slice(0, shownItems), has_more: true };
}
