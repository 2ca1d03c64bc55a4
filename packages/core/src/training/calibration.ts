import type { Costs, Sizes } from "../contracts/scheduler.js";
import type { Stateful } from "../contracts/state.js";
import { UnequalError } from "../errors.js";
import type { ScoringMode, StepDurations } from "../events.js";
import { measureScoring } from "./measure-scoring.js";
import { median } from "./median.js";
import { restored } from "./restored.js";
import type { TrainerParts } from "./trainer-parts.js";

const FIRST_UPDATE = 20;
const TIMED_STEPS = 10;
/** Least share of a step that hidden scoring is taken to cost: less cannot be told from the noise. */
const LEAST_SHARE = 0.01;

/** How large a step was, and how long it took: milliseconds of its stages, seconds in all. */
interface TimedStep {
  readonly importance: boolean;
  readonly sizes: Sizes;
  readonly durations: StepDurations;
  readonly seconds: number;
  /** Rows that were loaded, all candidates or only those drawn, and distinct ones trained on. */
  readonly loaded: number;
  readonly rows: number;
  /** Whether a replica scored meanwhile. */
  readonly tryOut: boolean;
}

/** Times the steps of a run, and measures its costs where a gate or sizer, or the choice where to score, asks for them. */
export interface Calibration extends Stateful {
  readonly note: (step: TimedStep) => void;
  /** Tells whether costs are wanted and not yet measured, or of another way to score, and enough steps were timed. */
  readonly isDue: (update: number) => boolean;
  /** Tells whether the coming step is to show what it costs that a replica scores meanwhile. */
  readonly tryOut: (update: number) => boolean;
  /** Tells whether steps are still to be timed: they must then be made one after the other. */
  readonly pending: () => boolean;
  /** Measures score(B) anew, takes step(b) from the latest steps, and emits `costs:calibrated`. */
  readonly measure: (update: number) => Promise<Costs>;
  /** The costs measured last. */
  readonly costs: () => Costs | undefined;
}

/** What was timed, and what was measured. */
interface Times {
  /** Seconds of uniform steps. */
  steps: number[];
  /** Milliseconds of updates, alone and with a replica at work. */
  alone: number[];
  beside: number[];
  /** Milliseconds that importance steps spent on scores that a replica computed. */
  waits: number[];
  /** Seconds that those steps took beyond what as many rows take a uniform one, for as many candidates as are planned. */
  longer: number[];
  /** Whether costs were corrected by them. */
  settled: boolean;
  costs: Costs | undefined;
  /** Of which way to score they are. */
  mode: ScoringMode;
  /** Seconds of score(B), inline. */
  inline: number | undefined;
}

function latest(values: readonly number[], value: number): number[] {
  return [...values, value].slice(-TIMED_STEPS);
}

/**
 * Computes the seconds that a uniform step of b rows takes: those of a uniform step, or what b of its rows
 * take an importance step to load, which loads B or only those drawn, and to train on, which it does once where one is drawn
 * several times.
 */
function uniformSeconds(step: TimedStep, batchSize: number): number {
  const { importance, rows, loaded, durations, seconds } = step;
  if (!importance) return seconds;
  const { load, train } = durations;
  return ((load / loaded + train / rows) * batchSize) / 1000;
}

/** Computes the seconds by which an update is longer while a replica scores. */
function hiddenSeconds({ alone, beside, steps }: Times): number {
  const longer = (median(beside) - median(alone)) / 1000;
  return Math.max(longer, LEAST_SHARE * median(steps));
}

/** Keeps the faster way to score, where that is to be chosen. */
async function chooseMode({ beside }: TrainerParts, hidden: number, inline: number): Promise<void> {
  const figures = `it adds ${(1000 * hidden).toFixed(1)} ms to a step, inline ${(1000 * inline).toFixed(1)} ms`;
  if (hidden < inline) beside?.use("beside", `Scoring beside training is faster: ${figures}.`);
  else await beside?.stop(`Scoring beside training is not faster: ${figures}.`);
}

/** Gives up a replica that has become slower than inline scoring. */
function giveUpIfSlow({ beside }: TrainerParts, { waits, inline }: Times): void {
  const wait = median(waits) / 1000;
  if (inline === undefined || waits.length < TIMED_STEPS || wait <= inline) return;
  const figures = `a step waits for it ${(1000 * wait).toFixed(1)} ms, inline it takes ${(1000 * inline).toFixed(1)} ms`;
  // what is on its way is not wanted, and nobody waits for its end
  beside?.stop(`Scoring beside training has become slower: ${figures}.`).catch(() => {});
}

function tell({ events }: TrainerParts, times: Times, costs: Costs): Costs {
  times.costs = costs;
  events.emit("costs:calibrated", () => ({ costs }));
  return costs;
}

/** Corrects, once, what hidden scoring was measured to cost by what importance steps turn out to take. */
function settle(parts: TrainerParts, times: Times): void {
  const { longer, costs, settled } = times;
  if (settled || costs === undefined || longer.length < TIMED_STEPS || parts.reuse.most > 1) return;
  times.settled = true;
  tell(parts, times, { ...costs, score: Math.max(median(longer), LEAST_SHARE * costs.step) });
}

async function measure(parts: TrainerParts, times: Times, update: number): Promise<Costs> {
  if (times.steps.length === 0) {
    throw new UnequalError(
      "OPTION_INVALID",
      "calibrate() needs the time of a step, but none was made yet. Make one first.",
    );
  }
  const { beside, scoringSettings, reuse } = parts;
  const hidden = times.beside.length === 0 ? undefined : hiddenSeconds(times);
  const choosing = scoringSettings.name === "auto" && beside?.replica() === "running";
  if (choosing || hidden === undefined || beside?.mode() !== "beside")
    times.inline = await measureScoring(parts, update);
  if (choosing && hidden !== undefined && times.inline !== undefined)
    await chooseMode(parts, hidden, times.inline);
  times.mode = beside?.mode() ?? "inline";
  const score = (times.mode === "beside" ? hidden : undefined) ?? times.inline ?? 0;
  return tell(parts, times, { score: score / reuse.times(), step: median(times.steps) });
}

function noTimes(): Times {
  const none = { steps: [], alone: [], beside: [], waits: [], longer: [] };
  return { ...none, settled: false, costs: undefined, mode: "inline", inline: undefined };
}

/** Takes in the times of one step. */
function noteStep(parts: TrainerParts, times: Times, step: TimedStep): void {
  const { beside, scoringSettings, batchSize } = parts;
  const { train, score } = step.durations;
  if (step.tryOut) {
    times.beside = latest(times.beside, train);
    return;
  }
  if (step.importance && beside?.mode() === "beside") {
    times.waits = latest(times.waits, score);
    if (times.costs !== undefined) {
      const planned = (times.costs.step * step.sizes.count) / batchSize;
      const share = step.sizes.candidates / parts.presample;
      times.longer = latest(times.longer, (step.seconds - planned) / share);
      settle(parts, times);
    }
    if (scoringSettings.name === "auto") giveUpIfSlow(parts, times);
  }
  // uniform steps tell it best, but a gate may never let one through
  if (step.rows === 0 || (step.importance && times.costs !== undefined)) return;
  times.alone = latest(times.alone, train);
  times.steps = latest(times.steps, uniformSeconds(step, batchSize));
}

/** Creates the calibration of a run that has not begun. */
export function createCalibration(parts: TrainerParts): Calibration {
  const { gate, sizer, beside, scoringSettings } = parts;
  const asked = [gate, sizer].some(({ requires }) => requires.has("costs"));
  const wanted = asked || scoringSettings.name === "auto";
  let times = noTimes();
  const open = (): boolean =>
    wanted && (times.costs === undefined || times.mode !== (beside?.mode() ?? "inline"));
  const timed = (): boolean => times.steps.length === TIMED_STEPS;
  // of a replica that is not there yet, too
  const untried = (): boolean =>
    times.costs === undefined &&
    (beside?.replica() ?? "none") !== "none" &&
    times.beside.length < TIMED_STEPS;
  return {
    note: (step) => noteStep(parts, times, step),
    isDue: (update) => open() && timed() && !untried() && update >= FIRST_UPDATE,
    tryOut: (update) =>
      open() && timed() && untried() && beside?.replica() === "running" && update % 2 === 0,
    pending: () => !timed() || open(),
    measure: (update) => measure(parts, times, update),
    costs: () => times.costs,
    state: () => ({ version: 2, times: structuredClone(times) as never }),
    restore: (state) => {
      ({ times } = restored<{ times: Times }>(state, 2, "calibration"));
    },
  };
}
