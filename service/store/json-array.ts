const headerBytes = 20;
const jsonType = 114;

/**
 * Texts of JSON as PostgreSQL's `json[]` in its binary form, so that nobody escapes and unescapes
 * them on their way: dimensions, whether there are nulls, the type of the elements, how many there
 * are and the index of the first; then each by its length. See array_recv in PostgreSQL's source:
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/arrayfuncs.c
 */
export function jsonArray(texts: readonly Buffer[]): Buffer {
  const bytes = texts.reduce((sum, text) => sum + 4 + text.length, headerBytes);
  const array = Buffer.allocUnsafe(bytes);
  for (const [index, value] of [1, 0, jsonType, texts.length, 1].entries()) {
    array.writeInt32BE(value, 4 * index);
  }
  let end = headerBytes;
  for (const text of texts) {
    end = array.writeInt32BE(text.length, end);
    end += text.copy(array, end);
  }
  return array;
}
