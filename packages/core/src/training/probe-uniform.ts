/** Updates by importance sampling before the first uniform ones, twice as many before the next, up to the most. */
const FIRST = 60;
const MOST = 240;
/** Uniform updates in a row: the first is not typical, and a median wants four. */
const ROW = 5;

/** When a run by importance sampling makes a few uniform updates, to see what one takes. */
export interface Probes {
  /** Update of the next ones; undefined while the gate wants uniform ones. */
  readonly next: number | undefined;
  readonly interval: number;
  /** Uniform updates that are still to be made, the coming one too. */
  readonly left: number;
}

/** Is not probing. */
export const noProbes: Probes = { next: undefined, interval: FIRST, left: 0 };

/** Tells of the coming update whether it is a probe: one is if any are `left`. */
export function nextProbe(
  { next, interval, left }: Probes,
  { update, wanted }: { readonly update: number; readonly wanted: boolean },
): Probes {
  if (!wanted) return noProbes;
  if (next === undefined) return { next: update + interval, interval, left: 0 };
  if (left > 1) return { next, interval, left: left - 1 };
  if (left === 0 && update >= next) return { next, interval, left: ROW };
  if (left === 0) return { next, interval, left };
  const longer = Math.min(2 * interval, MOST);
  return { next: update + longer, interval: longer, left: 0 };
}
