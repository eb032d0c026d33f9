/** A secret as it is used, and what had to be done to it. */
export interface ParsedSecret {
  readonly value: string;
  /** What whoever stored it should know, without any part of the secret. */
  readonly remarks: readonly string[];
}

/**
 * The values in a stored secret. Two of Stripe's endpoints may deliver to one URL, each with a secret
 * of its own: these are stored together, separated by white space or commas. Any other text is one
 * value, whatever is in it.
 */
export function valuesIn(value: string): readonly string[] {
  const parts = value.split(/[\s,]+/).filter((part) => part !== '');
  return parts.length > 1 && parts.every((part) => part.startsWith('whsec_')) ? parts : [value];
}

/**
 * Reads a stored secret: plain text, or JSON with the one key `key`, a text or a list of texts. Spaces and newlines around it,
 * which a paste brings along, are cut off and remarked on.
 * @throws Error that names the secret and the fix, never its content
 */
export function parseSecret(name: string, stored: string): ParsedSecret {
  const value = stored.trim();
  const text = value.startsWith('{') ? keyOf(name, value) : value;
  const trimmed = text.trim();
  const remarks =
    value !== stored || trimmed !== text
      ? [`${name} was stored with white space around it, which was ignored; store it without`]
      : [];
  return { value: trimmed, remarks };
}

function keyOf(name: string, json: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Error(`${name} begins like JSON but is not; store the plain value or {"key": "…"}`);
  }
  if (typeof parsed === 'object' && parsed !== null && 'key' in parsed) {
    if (typeof parsed.key === 'string') return parsed.key;
    // A list is one of Stripe's signing secrets, as many as there are endpoints.
    const { key } = parsed;
    const isSigning = (each: unknown) => typeof each === 'string' && each.startsWith('whsec_');
    if (Array.isArray(key) && key.length > 0 && key.every(isSigning)) return key.join(' ');
  }
  throw new Error(
    `${name} is JSON without a text under "key"; store the plain value or {"key": "…"}`,
  );
}
