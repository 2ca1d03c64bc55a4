import type { Progress } from "../contracts/progress.js";

/** A stretch of a run: updates `"500up"`, epochs `"10ep"`, or a share of the run's limit `"0.5dur"`. */
export type Stretch = string;

/** States how a number changes along a run, as plain data: what a configuration file can hold. */
export type Schedule =
  | {
      /** From, to: v = from + (to − from) f. */
      readonly linear: readonly [number, number];
      readonly over?: Stretch;
    }
  | {
      /** From, to, both positive: v = from (to / from)^f. */
      readonly exponential: readonly [number, number];
      readonly over?: Stretch;
    }
  | {
      /** From, to: v = to + (from − to)(1 + cos πf)/2. */
      readonly cosine: readonly [number, number];
      readonly over?: Stretch;
    }
  | {
      /** The number that holds from each stretch of the run on, in order: `[["0up", 1], ["0.5dur", 0.1]]`. */
      readonly steps: readonly (readonly [Stretch, number])[];
    };

/** A number, or how it changes along a run. */
export type Scheduled = number | Schedule;

/** Changes evenly from one number to another, over a stretch of the run (default: all of it), and stays there. */
export function linear(from: number, to: number, over: Stretch = "1dur"): Schedule {
  return { linear: [from, to], over };
}

/** Changes by equal factors from one positive number to another, over a stretch of the run, and stays there. */
export function exponential(from: number, to: number, over: Stretch = "1dur"): Schedule {
  return { exponential: [from, to], over };
}

/** Changes along half a cosine from one number to another, over a stretch of the run, and stays there. */
export function cosine(from: number, to: number, over: Stretch = "1dur"): Schedule {
  return { cosine: [from, to], over };
}

/** Holds numbers in turn, each from its moment on: `steps(["0up", 1], ["10ep", 0.5])`. */
export function steps(...holds: readonly (readonly [Stretch, number])[]): Schedule {
  return { steps: holds };
}

/** Gives a number for each moment of a run. */
export type NumberAt = (progress: Progress) => number;
