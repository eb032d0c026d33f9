/**
 * Stripe's bracketed form encoding: `metadata[a]=b`, `line_items[0][price]=…`, `expand[]=…`. Fields
 * are Maps, not objects, so that no key of a request can touch a prototype, and an array is kept as
 * the map of its indexes, because only the parameter's declaration tells `metadata[0]` from a list.
 */
export type FormValue = string | FormFields;
export type FormFields = Map<string, FormValue>;

/** Stripe's own parameters nest five deep at most; this bounds what a request can make us build. */
const deepestNesting = 10;

/** Decodes a query string or an `application/x-www-form-urlencoded` body. The last value wins. */
export function decodeForm(text: string): FormFields {
  const fields: FormFields = new Map();
  for (const [key, value] of new URLSearchParams(text)) assign(fields, pathOf(key), value);
  return fields;
}

/** `a[b][]` → `['a', 'b', '']`; a key that is not well-formed is one name, and so unknown later. */
function pathOf(key: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (match?.[1] === undefined) return [key];
  const inner = match[2] ? match[2].slice(1, -1).split('][') : [];
  return inner.length < deepestNesting ? [match[1], ...inner] : [key];
}

function assign(fields: FormFields, path: readonly string[], value: string): void {
  let target = fields;
  path.forEach((segment, depth) => {
    const isLast = depth === path.length - 1;
    const key = segment === '' ? indexToAppendAt(target, path[depth + 1]) : segment;
    if (isLast) {
      target.set(key, value);
      return;
    }
    const next = target.get(key);
    const child: FormFields = next instanceof Map ? next : new Map();
    target.set(key, child);
    target = child;
  });
}

/**
 * `list[]=…` appends. In `list[][a]=1&list[][b]=2&list[][a]=3`, as curl examples write it, a key goes to
 * the last element until that element has it.
 */
function indexToAppendAt(list: FormFields, keyInElement: string | undefined): string {
  const last = list.get(String(list.size - 1));
  const fitsInLast = keyInElement !== undefined && last instanceof Map && !last.has(keyInElement);
  return String(fitsInLast ? list.size - 1 : list.size);
}
