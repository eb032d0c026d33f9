/** A secret as it is used, and what had to be done to it. */
export interface ParsedSecret {
  readonly value: string;
  /** What whoever stored it should know, without any part of the secret. */
  readonly remarks: readonly string[];
}

/**
 * Reads a stored secret: plain text, or JSON with the one key `key`. Spaces and newlines around it,
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
  }
  throw new Error(
    `${name} is JSON without a text under "key"; store the plain value or {"key": "…"}`,
  );
}
