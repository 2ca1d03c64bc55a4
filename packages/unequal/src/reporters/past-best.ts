import { median } from "@unequal/core";
import { numberText } from "./number-text.js";

/** A validation loss on the way. */
export interface Look {
  /** Share of the run, in (0, 1]. */
  readonly share: number;
  readonly loss: number;
}

/** Where in a run validation was best, and how much worse it is now. */
export interface PastBest {
  readonly share: number;
  /** Loss now over that at the best; above 1. */
  readonly ratio: number;
}

/** The best may lie so late that it is the present, as far as noise lets one tell. */
const LATE = 0.8;
const WORSE = 1.05;
/** Times the noise: of curves that only scatter, one in twenty rises by that much. */
const CLEAR = 5;
/** Of the validation loss. */
const FAR_UNDER = 0.5;

/** The least of some looks, the first of equals. */
function least(looks: readonly Look[]): Look {
  return looks.reduce((found, each) => (each.loss < found.loss ? each : found));
}

/** For each look that has two neighbours: the median loss of the three, and where the least of them was. */
function smoothed(looks: readonly Look[]): readonly Look[] {
  return looks.slice(2).map((_, at) => {
    const three = looks.slice(at, at + 3);
    return { share: least(three).share, loss: median(three.map(({ loss }) => loss)) };
  });
}

/**
 * Tells whether validation is past its best: its loss was least before 80 % of the run, and is now more than 5 %, and more than five
 * times the noise, above that; and training loss is under half of it. Losses are medians of three in a row, so that a single
 * one decides nothing; noise is the mean distance from them.
 */
export function pastBest(looks: readonly Look[], trainLoss: number): PastBest | undefined {
  const smooth = smoothed(looks);
  const now = smooth.at(-1);
  if (now === undefined) return undefined;
  const best = least(smooth);
  const scatter = smooth.map(({ loss }, at) => Math.abs((looks[at + 1] as Look).loss - loss));
  const noise = scatter.reduce((sum, each) => sum + each, 0) / smooth.length;
  const rise = now.loss - best.loss;
  const past = best.share < LATE && best.loss > 0 && now.loss > WORSE * best.loss;
  return past && rise > CLEAR * noise && trainLoss < FAR_UNDER * now.loss
    ? { share: best.share, ratio: now.loss / best.loss }
    : undefined;
}

/** Says so, and what to do; undefined where validation is not past its best. */
export function pastBestText(
  looks: readonly Look[],
  facts: {
    /** Training loss now. */
    readonly train: number;
    /** Of the data validated on. */
    readonly name: string;
    /** Names the moment that a share of the run is. */
    readonly at: (share: number) => string;
  },
): string | undefined {
  const best = pastBest(looks, facts.train);
  if (best === undefined) return undefined;
  return `The ${facts.name} loss was best ${facts.at(best.share)}, and is ${numberText(best.ratio)} times that now, far above the training loss. What is left is no longer variance: neither importance sampling nor longer steps help. Augment the data, regularise, or stop there.`;
}
