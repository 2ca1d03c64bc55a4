/** Updates by importance sampling before the first uniform ones, twice as many before the next, up to the most. */
const FIRST = 20;
const MOST = 240;
/** Uniform updates in a row: the first is not typical, and a median wants four. */
const ROW = 5;

/**
 * Tells whether an update is uniform in a run whose costs are measured, though its gate is on, so that it is known what one takes: five in a
 * row after 20 by importance sampling, then after 40, 80, 160 and every 240.
 */
export function isProbe(updatesSinceOn: number): boolean {
  let interval = FIRST;
  let first = interval;
  while (updatesSinceOn >= first + ROW) {
    interval = Math.min(2 * interval, MOST);
    first += ROW + interval;
  }
  return updatesSinceOn >= first;
}
