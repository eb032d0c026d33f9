/** The entries that have a value: `undefined` is as good as not given, and must not hide a default. */
export function given<Value>(
  values: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
