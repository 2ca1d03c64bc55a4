import { median } from "./median.js";

/** Figures that are kept. */
const MOST = 20;
/** Figures that a median is taken of at least. */
const LEAST = 4;
/** Updates for which a figure counts, if there are enough that are newer. */
const FRESH = 30;

/** A figure of a step. */
export interface Dated {
  /** Updates made before that step. */
  readonly update: number;
}

/**
 * Takes in a figure: the latest are kept, and those of a time long past only until there are enough new ones, so that a
 * median soon follows a change, however few come.
 */
export function withFigure<T extends Dated>(figures: readonly T[], figure: T): readonly T[] {
  const latest = [...figures, figure].slice(-MOST);
  const fresh = latest.filter(({ update }) => figure.update - update < FRESH);
  return fresh.length >= LEAST ? fresh : latest;
}

/** Tells whether there are enough figures for a median. */
export function isKnown(figures: readonly Dated[]): boolean {
  return figures.length >= LEAST;
}

/** Returns the figures of the last so many updates. */
export function ofLatest<T extends Dated>(
  figures: readonly T[],
  update: number,
  updates: number,
): readonly T[] {
  return figures.filter((figure) => update - figure.update <= updates);
}

/** Takes the median of what figures say; NaN of none. */
export function medianOf<T>(figures: readonly T[], value: (figure: T) => number): number {
  return median(figures.map(value));
}
