import { suggest } from "@unequal/core";
import type { Callbacks } from "./callback-list.js";

const HEARD = [
  "onTrainBegin",
  "onTrainEnd",
  "onEpochBegin",
  "onEpochEnd",
  "onBatchBegin",
  "onBatchEnd",
  "onYield",
];

/** All names that a callback has, those of its class too. */
function namesOf(callback: object): Set<string> {
  const names = new Set<string>();
  for (let at: object | null = callback; at !== null && at !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
    at = Object.getPrototypeOf(at) as object | null;
  }
  return names;
}

function noteOf(callback: object): readonly string[] {
  const names = [...namesOf(callback)];
  const called = (name: string): boolean =>
    typeof (callback as Readonly<Record<string, unknown>>)[name] === "function";
  const strange = names.filter(
    (name) => /^on[A-Z_]/.test(name) && !HEARD.includes(name) && called(name),
  );
  const found = strange.map(
    (name) =>
      `A callback has "${name}", which nothing calls${suggest(name, HEARD)}. Callbacks: ${HEARD.join(", ")}.`,
  );
  if (found.length > 0 || names.some((name) => HEARD.includes(name))) return found;
  return [`A callback has none of ${HEARD.join(", ")}, so nothing calls it.`];
}

/** Says which functions of callbacks will never be called, and what they may have been meant for. */
export function noteCallbacks(callbacks: Callbacks | undefined): readonly string[] {
  return [callbacks ?? []].flat().flatMap((callback) => noteOf(callback as object));
}
