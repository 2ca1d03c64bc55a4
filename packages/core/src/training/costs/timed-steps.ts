import { median } from "../../arrays/median.js";
import type { Sizes } from "../../contracts/scheduler.js";
import type { StepDurations } from "../../contracts/scoring.js";

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
function withFigure<T extends Dated>(figures: readonly T[], figure: T): readonly T[] {
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

/** How large a step was, and how long it took: milliseconds of its stages, seconds in all. */
export interface TimedStep extends Dated {
  readonly importance: boolean;
  readonly sizes: Sizes;
  readonly durations: StepDurations;
  readonly seconds: number;
  /** Rows that were loaded, all candidates or only those drawn, and distinct ones trained on. */
  readonly loaded: number;
  readonly rows: number;
  /** Milliseconds that were waited for a replica's scores. */
  readonly waited: number;
  /** Seconds that a replica took which scored meanwhile, to be tried out. */
  readonly tried: number | undefined;
}

/** What something took. */
interface Taken extends Dated {
  readonly seconds: number;
}

/** What an importance step took. */
export interface ImportanceTaken extends Taken, Sizes {
  /** Seconds of it that were waited for a replica, and that the replica took; absent where the learner scored. */
  readonly hidden?: { readonly wait: number; readonly replica: number };
}

/** What the latest steps took. */
export interface StepTimes {
  readonly uniform: readonly Taken[];
  /** What importance steps let expect of uniform ones: a gate may never let one through. */
  readonly expected: readonly Taken[];
  readonly importance: readonly ImportanceTaken[];
  /** Updates alone and with a replica at work, while it is tried out, and what it took itself. */
  readonly alone: readonly Taken[];
  readonly accompanied: readonly Taken[];
  readonly replica: readonly Taken[];
  /** Whether the latest step was one of importance sampling. */
  readonly importanceBefore: boolean | undefined;
}

/** Knows of no step. */
export const noStepTimes: StepTimes = {
  uniform: [],
  expected: [],
  importance: [],
  alone: [],
  accompanied: [],
  replica: [],
  importanceBefore: undefined,
};

/**
 * Computes what b rows take an importance step to load, which loads B or only those drawn, and to train on, which it does
 * once where one is drawn several times.
 */
function expectedSeconds({ rows, loaded, durations }: TimedStep, batchSize: number): number {
  return ((durations.load / loaded + durations.train / rows) * batchSize) / 1000;
}

function importanceTaken({
  update,
  sizes,
  durations,
  seconds,
  waited,
}: TimedStep): ImportanceTaken {
  const { background } = durations;
  const hidden = background !== undefined && { wait: waited / 1000, replica: background / 1000 };
  return { update, seconds, ...sizes, ...(hidden && { hidden }) };
}

/** Takes in an update during which a replica was tried out. */
function withTrial(times: StepTimes, { update, durations }: TimedStep, tried: number): StepTimes {
  const seconds = durations.train / 1000;
  return {
    ...times,
    accompanied: withFigure(times.accompanied, { update, seconds }),
    replica: withFigure(times.replica, { update, seconds: tried }),
  };
}

/** Takes in one step; of a kind, the first after one of the other kind is not typical, and is left out. */
export function withStep(times: StepTimes, step: TimedStep, batchSize: number): StepTimes {
  const { update, importance, durations, seconds, rows, tried } = step;
  const next = { ...times, importanceBefore: importance };
  if (tried !== undefined) return withTrial(next, step, tried);
  if (rows === 0) return next;
  const typical = (times.importanceBefore ?? importance) === importance;
  const alone = withFigure(times.alone, { update, seconds: durations.train / 1000 });
  if (!importance) {
    const uniform = typical ? withFigure(times.uniform, { update, seconds }) : times.uniform;
    return { ...next, alone, uniform };
  }
  const expected = { update, seconds: expectedSeconds(step, batchSize) };
  return {
    ...next,
    alone,
    expected: withFigure(times.expected, expected),
    ...(typical && { importance: withFigure(times.importance, importanceTaken(step)) }),
  };
}

/** Forgets what replicas were tried out for. */
export function withoutTrials(times: StepTimes): StepTimes {
  return { ...times, alone: [], accompanied: [], replica: [] };
}
