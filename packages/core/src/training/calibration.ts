import type { Costs, Sizes } from "../contracts/scheduler.js";
import type { Stateful } from "../contracts/state.js";
import { UnequalError } from "../errors.js";
import type { ScoringMode, StepDurations } from "../events.js";
import { planned, threshold } from "../schedulers/costs.js";
import { measureScoring } from "./measure-scoring.js";
import { median } from "./median.js";
import { restored } from "./restored.js";
import type { TrainerParts } from "./trainer-parts.js";

const FIRST_UPDATE = 20;
const TIMED_STEPS = 10;
/** Least share of a step that hidden scoring is taken to add: less cannot be told from the noise. */
const LEAST_SHARE = 0.01;
/** By how much the size of pools may change before what they add to a step is settled anew. */
const OTHER_SIZE = 1.25;

/** How large a step was, and how long it took: milliseconds of its stages, seconds in all. */
interface TimedStep {
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
  accompanied: number[];
  /** Seconds that the replica took, and that steps waited for it, for as many candidates as are planned. */
  replica: number[];
  waits: number[];
  /** Seconds that importance steps took, beside waiting, beyond what as many rows take a uniform one, for as many candidates. */
  longer: number[];
  /** Candidates of those steps; and of those that costs were corrected by. */
  candidates: number[];
  settledAt: number | undefined;
  costs: Costs | undefined;
  /** Of which way to score they are, once that is chosen. */
  mode: ScoringMode | undefined;
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

/** Returns the costs of a step of `step` seconds which is `longer` while a replica scores. */
function hiddenCosts({ replica }: Times, longer: number, step: number): Costs {
  return { score: Math.max(longer, LEAST_SHARE * step), step, beside: median(replica) };
}

/** Computes the costs of hidden scoring by its trials, once there were enough. */
function triedCosts(times: Times): Costs | undefined {
  const { alone, accompanied, steps } = times;
  if (accompanied.length < TIMED_STEPS) return undefined;
  return hiddenCosts(times, (median(accompanied) - median(alone)) / 1000, median(steps));
}

/** Keeps the faster way to score, where that is to be chosen. */
async function chooseMode(parts: TrainerParts, hidden: Costs, inline: number): Promise<void> {
  const { beside, reuse, batchSize, presample } = parts;
  const plan = { batchSize, presample };
  const sizes = { ...planned(plan), batches: reuse.times() };
  const added = (costs: Costs): number => (threshold(costs, plan, sizes) - 1) * costs.step;
  const [there, here] = [added(hidden), added({ score: inline, step: hidden.step })];
  const figures = `it adds ${(1000 * there).toFixed(1)} ms to a step, inline ${(1000 * here).toFixed(1)} ms`;
  if (there < here) beside?.use("beside", `Scoring beside training is faster: ${figures}.`);
  else await beside?.stop(`Scoring beside training is not faster: ${figures}.`);
}

/** Gives up a replica that has become slower than inline scoring. */
function giveUpIfSlow({ beside }: TrainerParts, { waits, inline }: Times): void {
  const wait = median(waits);
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

/** Tells whether none of the latest pools is about as large as those that costs were corrected by. */
function otherSizes({ candidates, settledAt }: Times): boolean {
  if (settledAt === undefined) return true;
  return candidates.every((size) => Math.max(size / settledAt, settledAt / size) >= OTHER_SIZE);
}

/** Corrects what hidden scoring was measured to cost by what importance steps turn out to take, at each size of pools. */
function settle(parts: TrainerParts, times: Times): void {
  const { longer, candidates, costs } = times;
  if (costs === undefined || longer.length < TIMED_STEPS || parts.reuse.most > 1) return;
  if (!otherSizes(times)) return;
  times.settledAt = median(candidates);
  tell(parts, times, hiddenCosts(times, median(longer), costs.step));
}

async function measure(parts: TrainerParts, times: Times, update: number): Promise<Costs> {
  if (times.steps.length === 0) {
    throw new UnequalError(
      "OPTION_INVALID",
      "calibrate() needs the time of a step, but none was made yet. Make one first.",
    );
  }
  const { beside, scoringSettings } = parts;
  const hidden = triedCosts(times);
  const choosing = scoringSettings.name === "auto" && beside?.replica() === "running";
  if (choosing || hidden === undefined || beside?.mode() !== "beside")
    times.inline = await measureScoring(parts, update);
  if (choosing && hidden !== undefined && times.inline !== undefined)
    await chooseMode(parts, hidden, times.inline);
  const mode = beside?.mode() ?? "inline";
  const replica = beside?.replica() ?? "none";
  // who measures before the replica was tried out measures for now
  times.mode = replica === "none" || (replica === "running" && hidden) ? mode : undefined;
  [times.longer, times.candidates, times.settledAt] = [[], [], undefined];
  const inline = { score: times.inline ?? 0, step: median(times.steps) };
  return tell(parts, times, (mode === "beside" ? hidden : undefined) ?? inline);
}

function noTimes(): Times {
  const none = { steps: [], alone: [], accompanied: [], replica: [], waits: [], longer: [] };
  const unknown = { settledAt: undefined, costs: undefined, mode: undefined, inline: undefined };
  return { ...none, candidates: [], ...unknown };
}

/** Takes in the times of an importance step that took a pool which a replica had scored. */
function noteHidden(parts: TrainerParts, times: Times, step: TimedStep): void {
  const { presample, batchSize, scoringSettings } = parts;
  const { sizes, durations, seconds, waited } = step;
  const { beside = 0 } = durations;
  const share = sizes.candidates / presample;
  const wait = waited / 1000;
  times.waits = latest(times.waits, wait / share);
  times.replica = latest(times.replica, beside / 1000 / share);
  if (times.costs !== undefined) {
    const planned = (times.costs.step * sizes.count) / batchSize;
    times.longer = latest(times.longer, (seconds - wait - planned) / share);
    times.candidates = latest(times.candidates, sizes.candidates);
    settle(parts, times);
  }
  if (scoringSettings.name === "auto") giveUpIfSlow(parts, times);
}

/** Takes in the times of one step. */
function noteStep(parts: TrainerParts, times: Times, step: TimedStep): void {
  const { train, beside } = step.durations;
  if (step.tried !== undefined) {
    times.accompanied = latest(times.accompanied, train);
    times.replica = latest(times.replica, step.tried);
    return;
  }
  if (beside !== undefined) noteHidden(parts, times, step);
  // uniform steps tell it best, but a gate may never let one through
  const known = times.mode !== undefined && times.steps.length === TIMED_STEPS;
  if (step.rows === 0 || (step.importance && known)) return;
  times.alone = latest(times.alone, train);
  times.steps = latest(times.steps, uniformSeconds(step, parts.batchSize));
}

/** Creates the calibration of a run that has not begun. */
export function createCalibration(parts: TrainerParts): Calibration {
  const { gate, sizer, beside, scoringSettings } = parts;
  const asked = [gate, sizer].some(({ requires }) => requires.has("costs"));
  const wanted = asked || (scoringSettings.name === "auto" && beside !== undefined);
  let times = noTimes();
  const open = (): boolean => wanted && times.mode !== (beside?.mode() ?? "inline");
  const timed = (): boolean => times.steps.length === TIMED_STEPS;
  // of a replica that is not there yet, too
  const untried = (): boolean => {
    const replica = beside?.replica() ?? "none";
    if (times.mode !== undefined || replica === "none") return false;
    return replica === "starting" || times.accompanied.length < TIMED_STEPS;
  };
  return {
    note: (step) => noteStep(parts, times, step),
    isDue: (update) => open() && timed() && !untried() && update >= FIRST_UPDATE,
    tryOut: (update) =>
      open() && timed() && untried() && beside?.replica() === "running" && update % 2 === 0,
    pending: () => !timed() || open(),
    measure: (update) => measure(parts, times, update),
    costs: () => times.costs,
    state: () => ({ version: 3, times: structuredClone(times) as never }),
    restore: (state) => {
      ({ times } = restored<{ times: Times }>(state, 3, "calibration"));
    },
  };
}
