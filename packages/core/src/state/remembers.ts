import type { Remembering, Stateful } from "../contracts/state.js";

/** Tells whether a part that may remember does: it has a state, and takes it back. */
export function remembers<T extends Remembering>(part: T | undefined): part is T & Stateful {
  return part?.state !== undefined && part.restore !== undefined;
}
