import type { Costs, EventSource, ReportedGain, Sizes, StepDurations } from "@unequal/core";
import { average } from "./average.js";

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
  /** Milliseconds that each step took, loading, scoring and training apart. */
  readonly uniformTimes: readonly StepDurations[];
  readonly importanceTimes: readonly ImportanceTime[];
}

function createTally() {
  return {
    step: 0,
    seconds: 0,
    importance: false,
    costs: undefined as Costs | undefined,
    switches: [] as RunFigures["switches"][number][],
    uniformTimes: [] as StepDurations[],
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
  tally.estimatedTau.add(tau);
  tally.sizes = { candidates, count };
}

/** Of an importance step: told with its scores, or after it where those were old. */
function learnImportance(tally: Tally, estimate: ReportedGain | undefined): void {
  tally.gain.add(estimate?.gain);
  learn(tally, estimate);
}

function learnRate(tally: Tally, importance: boolean, rate = 1): void {
  tally.latestRate = rate;
  if (!importance) return;
  tally.rate.add(rate);
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
    tally.poolTau.add(tau);
    tally.effectiveSampleSize.add(effectiveSampleSize);
    learnImportance(tally, estimate);
  });
  events.on("step:end", (event) => {
    const { progress, importance, loss, durations, age, estimate, rows, loaded } = event;
    tally.step = progress.update;
    tally.seconds = progress.seconds;
    tally.loss.add(loss);
    tally.secondsPerStep.add((durations.load + durations.score + durations.train) / 1000);
    tally.rowsPerStep.add(tally.started.count);
    tally.age.add(age);
    learnRate(tally, importance, event.rate);
    if (importance) {
      tally.importance = true;
      tally.importanceTimes.push({ ...durations, ...tally.started, loaded, rows });
      learnImportance(tally, estimate);
    } else {
      tally.uniformTimes.push(durations);
      learn(tally, estimate);
    }
  });
}

function rateOf({ rate, latestRate, largestRate }: Tally): RateFigures | undefined {
  const mean = rate.mean();
  return mean === undefined ? undefined : { latest: latestRate, mean, largest: largestRate };
}

function figuresOf(tally: Tally): RunFigures {
  const { step, seconds, importance, switches, costs, uniformTimes, importanceTimes } = tally;
  return {
    step,
    seconds,
    importance,
    importanceSteps: importanceTimes.length,
    switches,
    loss: tally.loss.latest(),
    estimatedTau: tally.estimatedTau.latest(),
    rowsPerStep: tally.rowsPerStep.latest(),
    secondsPerStep: tally.secondsPerStep.latest(),
    sizes: tally.sizes,
    tau: tally.poolTau.mean(),
    effectiveSampleSize: tally.effectiveSampleSize.mean(),
    gain: tally.gain.mean(),
    age: tally.age.mean(),
    rate: rateOf(tally),
    costs,
    uniformTimes,
    importanceTimes,
  };
}

/** Follows a run; the function that it returns gives the figures so far. */
export function trackRun(events: EventSource): () => RunFigures {
  const tally = createTally();
  follow(events, tally);
  return () => figuresOf(tally);
}
