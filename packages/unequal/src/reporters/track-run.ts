import {
  savedData,
  type Costs,
  type EventSource,
  type ReportedGain,
  type Sizes,
  type Stateful,
  type StepDurations,
} from "@unequal/core";
import { add, average, latestOf, meanOf } from "./average.js";

/** How long an importance step took, and how large it was. */
export interface ImportanceTime extends StepDurations, Sizes {
  /** Rows brought onto the engine, and distinct ones trained on. */
  readonly loaded: number;
  readonly rows: number;
}

/** φ: what importance steps multiply the learning rate with. */
export interface RateFigures {
  /** Of the latest step; 1 where that was uniform. */
  readonly latest: number;
  /** Over the importance steps. */
  readonly mean: number;
  readonly largest: number;
}

/** Sums up a run as far as its events have told it. */
export interface RunFigures {
  readonly step: number;
  readonly seconds: number;
  /** Whether it is on: the few uniform steps of a run that measures its costs leave it on. */
  readonly importance: boolean;
  readonly importanceSteps: number;
  /** Step and training time of each switch, and what it switched to. */
  readonly switches: readonly {
    readonly step: number;
    readonly seconds: number;
    readonly importance: boolean;
  }[];
  /** Moving averages (factor 0.9) over the latest steps; undefined before the first. */
  readonly loss: number | undefined;
  readonly estimatedTau: number | undefined;
  /** Rows drawn in a step. */
  readonly rowsPerStep: number | undefined;
  readonly secondsPerStep: number | undefined;
  /** Sizes that the latest estimate was made for. */
  readonly sizes: Sizes | undefined;
  /** Means over the importance steps; undefined if there were none. */
  readonly tau: number | undefined;
  readonly effectiveSampleSize: number | undefined;
  readonly gain: number | undefined;
  /** Of the scores that rows were drawn by, in updates. */
  readonly age: number | undefined;
  /** Undefined if there were no importance steps. */
  readonly rate: RateFigures | undefined;
  /** Measured by calibration, in seconds. */
  readonly costs: Costs | undefined;
  /** Milliseconds that all steps took, and that scoring took of them. */
  readonly spent: number;
  readonly scored: number;
  /** What each of the latest importance steps took. */
  readonly importanceTimes: readonly ImportanceTime[];
}

/** Importance steps whose times are kept: enough for medians, however long the run. */
const KEPT = 2000;

/** Adds the times of a step, and forgets the oldest now and then. */
function keep(times: ImportanceTime[], step: ImportanceTime): void {
  times.push(step);
  if (times.length >= 2 * KEPT) times.splice(0, times.length - KEPT);
}

function createTally() {
  return {
    step: 0,
    seconds: 0,
    importance: false,
    importanceSteps: 0,
    spent: 0,
    scored: 0,
    costs: undefined as Costs | undefined,
    switches: [] as RunFigures["switches"][number][],
    importanceTimes: [] as ImportanceTime[],
    started: { candidates: 0, count: 0 } as Sizes,
    sizes: undefined as Sizes | undefined,
    loss: average(),
    rowsPerStep: average(),
    estimatedTau: average(),
    secondsPerStep: average(),
    poolTau: average(),
    effectiveSampleSize: average(),
    gain: average(),
    age: average(),
    rate: average(),
    latestRate: 1,
    largestRate: 0,
  };
}

type Tally = ReturnType<typeof createTally>;

function learn(tally: Tally, estimate: ReportedGain | undefined): void {
  if (estimate === undefined) return;
  const { tau, candidates, count } = estimate;
  add(tally.estimatedTau, tau);
  tally.sizes = { candidates, count };
}

/** Of an importance step: told with its scores, or after it where those were old. */
function learnImportance(tally: Tally, estimate: ReportedGain | undefined): void {
  add(tally.gain, estimate?.gain);
  learn(tally, estimate);
}

function learnRate(tally: Tally, importance: boolean, rate = 1): void {
  tally.latestRate = rate;
  if (!importance) return;
  add(tally.rate, rate);
  tally.largestRate = Math.max(tally.largestRate, rate);
}

function follow(events: EventSource, tally: Tally): void {
  events.on("step:start", ({ candidates, count }) => {
    tally.started = { candidates, count };
  });
  events.on("costs:calibrated", ({ costs }) => {
    tally.costs = costs;
  });
  events.on("schedule:switched", ({ step, seconds, importance }) => {
    tally.importance = importance;
    tally.switches.push({ step, seconds, importance });
  });
  events.on("batch:scored", ({ tau, effectiveSampleSize, estimate }) => {
    add(tally.poolTau, tau);
    add(tally.effectiveSampleSize, effectiveSampleSize);
    learnImportance(tally, estimate);
  });
  events.on("step:end", (event) => {
    const { progress, importance, loss, durations, age, estimate, rows, loaded } = event;
    tally.step = progress.update;
    tally.seconds = progress.seconds;
    add(tally.loss, loss);
    add(tally.secondsPerStep, (durations.load + durations.score + durations.train) / 1000);
    add(tally.rowsPerStep, tally.started.count);
    add(tally.age, age);
    learnRate(tally, importance, event.rate);
    tally.spent += durations.load + durations.score + durations.train;
    tally.scored += durations.score;
    if (importance) {
      tally.importance = true;
      tally.importanceSteps += 1;
      keep(tally.importanceTimes, { ...durations, ...tally.started, loaded, rows });
      learnImportance(tally, estimate);
    } else {
      learn(tally, estimate);
    }
  });
}

function rateOf({ rate, latestRate, largestRate }: Tally): RateFigures | undefined {
  const mean = meanOf(rate);
  return mean === undefined ? undefined : { latest: latestRate, mean, largest: largestRate };
}

function figuresOf(tally: Tally): RunFigures {
  const { step, seconds, importance, importanceSteps, switches, costs, spent, scored } = tally;
  return {
    ...{ step, seconds, importance, importanceSteps, switches, spent, scored },
    loss: latestOf(tally.loss),
    estimatedTau: latestOf(tally.estimatedTau),
    rowsPerStep: latestOf(tally.rowsPerStep),
    secondsPerStep: latestOf(tally.secondsPerStep),
    sizes: tally.sizes,
    tau: meanOf(tally.poolTau),
    effectiveSampleSize: meanOf(tally.effectiveSampleSize),
    gain: meanOf(tally.gain),
    age: meanOf(tally.age),
    rate: rateOf(tally),
    costs,
    importanceTimes: tally.importanceTimes,
  };
}

/** Follows a run. */
export interface RunTracker extends Stateful {
  /** Returns the figures so far. */
  readonly figures: () => RunFigures;
}

/** Begins to follow a run. */
export function trackRun(events: EventSource): RunTracker {
  const tally = createTally();
  follow(events, tally);
  return {
    figures: () => figuresOf(tally),
    ...savedData(
      "the figures of a run",
      () => tally,
      (saved) => Object.assign(tally, saved),
    ),
  };
}
