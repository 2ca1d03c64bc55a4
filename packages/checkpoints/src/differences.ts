import type { Plain } from "@unequal/core";

/** Settings that are told before the others are counted. */
const MOST = 4;

type Settings = Readonly<Record<string, Plain>>;

function shown(value: Plain): string {
  if (value === undefined || value === null) return "not there";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Data as a text by which they are compared: keys in order, no difference between what is undefined and what is not there. */
function canonical(value: Plain): string {
  return JSON.stringify(value ?? null, (_, each: unknown) => {
    if (ArrayBuffer.isView(each)) return [...(each as unknown as Iterable<number>)];
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Says in which settings two runs differ: "batchSize is 64 and was 128". */
export function differences(before: Settings, now: Settings): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const changed = names.filter((name) => canonical(before[name]) !== canonical(now[name]));
  const told = changed
    .slice(0, MOST)
    .map((name) => `${name} is ${shown(now[name])} and was ${shown(before[name])}`);
  const more = changed.length - MOST;
  return more > 0 ? [...told, `${more} more are others`] : told;
}
