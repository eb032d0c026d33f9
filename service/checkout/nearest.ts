import leven from 'leven';

/** `; did you mean …?` with the name that is likest, or nothing when there is none. */
export function nearest(seen: string, names: readonly string[]): string {
  const distance = (name: string) => leven(seen.toLowerCase(), name.toLowerCase());
  const [likest] = [...names].sort((a, b) => distance(a) - distance(b));
  return likest === undefined ? '' : `; did you mean ${likest}?`;
}
