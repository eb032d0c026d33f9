import { relative } from 'node:path';

/** A path as one would type it here: relative where that leads down, else whole. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || '.';
  return fromHere.startsWith('..') ? path : fromHere;
}
