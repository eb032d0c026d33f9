/**
 * A text as PostgreSQL can store it. What is signed is recorded whatever text is in it: a NUL and
 * half of a surrogate pair become the replacement character, as a half does in UTF-8 anyway. The
 * payload of an event keeps them, because its column is `json`, which is stored as it was written.
 */
export function storable(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\ufffd');
}

/** Whether a text may stand in the database as it is; what does not is not looked for. */
export function isStorable(text: string): boolean {
  return storable(text) === text;
}

/** Rows for `json_to_recordset`. JSON has no bigint: amounts go as decimal strings. */
export function toJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'string' ? storable(value) : value;
  });
}
