import type { Costs, Sizes } from "../contracts/scheduler.js";
import type { Stateful } from "../contracts/state.js";
import type { StepDurations } from "../events.js";
import { measureScoring } from "./measure-scoring.js";
import { median } from "./median.js";
import { restored } from "./restored.js";
import type { TrainerParts } from "./trainer-parts.js";
import { UnequalError } from "../errors.js";

const FIRST_UPDATE = 20;
const TIMED_STEPS = 10;

/** How large a step was, and how long it took: milliseconds of its stages, seconds in all. */
interface TimedStep {
  readonly importance: boolean;
  readonly sizes: Sizes;
  readonly durations: StepDurations;
  readonly seconds: number;
}

/** Times the steps of a run, and measures its costs where a gate or sizer asks for them. */
export interface Calibration extends Stateful {
  readonly note: (step: TimedStep) => void;
  /** Tells whether costs are wanted and not yet measured, and enough steps were timed. */
  readonly isDue: (update: number) => boolean;
  /** Tells whether steps are still to be timed: they must then be made one after the other. */
  readonly pending: () => boolean;
  /** Measures score(B) anew, takes step(b) from the latest steps, and emits `costs:calibrated`. */
  readonly measure: (update: number) => Promise<Costs>;
  /** The costs measured last. */
  readonly costs: () => Costs | undefined;
}

/**
 * Computes the seconds that a uniform step of b rows takes: those of a uniform step, or what b of its rows take an
 * importance step of a rows from B candidates to load and to train on, load · b/B + train · b/a.
 */
function uniformSeconds(step: TimedStep, batchSize: number): number {
  const { importance, sizes, durations, seconds } = step;
  if (!importance) return seconds;
  const { load, train } = durations;
  return ((load / sizes.candidates + train / sizes.count) * batchSize) / 1000;
}

/** Creates the calibration of a run that has not begun. */
export function createCalibration(parts: TrainerParts): Calibration {
  const { gate, sizer, events, batchSize } = parts;
  const wanted = [gate, sizer].some(({ requires }) => requires.has("costs"));
  let times: number[] = [];
  let costs: Costs | undefined;
  return {
    note: (step) => {
      // Uniform steps tell it best, but a gate may never let one through.
      if (step.importance && costs !== undefined) return;
      times = [...times, uniformSeconds(step, batchSize)].slice(-TIMED_STEPS);
    },
    isDue: (update) =>
      wanted && costs === undefined && times.length === TIMED_STEPS && update >= FIRST_UPDATE,
    pending: () => times.length < TIMED_STEPS || (wanted && costs === undefined),
    measure: async (update) => {
      if (times.length === 0) {
        throw new UnequalError(
          "OPTION_INVALID",
          "calibrate() needs the time of a step, but none was made yet. Make one first.",
        );
      }
      const measured = { score: await measureScoring(parts, update), step: median(times) };
      costs = measured;
      events.emit("costs:calibrated", () => ({ costs: measured }));
      return measured;
    },
    costs: () => costs,
    state: () => ({ version: 1, times: [...times], costs: costs && { ...costs } }),
    restore: (state) => {
      const saved = restored<{ times: number[]; costs?: Costs }>(state, 1, "calibration");
      ({ times } = saved);
      costs = saved.costs;
    },
  };
}
