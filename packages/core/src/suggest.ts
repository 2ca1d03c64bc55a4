import { closest, distance } from "fastest-levenshtein";

/** Returns ` (did you mean "x"?)` for the nearest known name, or nothing when none is near. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(name, known);
  const near = distance(name, nearest) <= Math.max(2, Math.floor(name.length / 2));
  return near ? ` (did you mean "${nearest}"?)` : "";
}
