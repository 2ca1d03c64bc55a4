import type { Progress } from "../../contracts/progress.js";
import type { Costs } from "../../contracts/scheduler.js";
import type { Stateful } from "../../contracts/state.js";
import type { EventBus } from "../../events.js";
import { isProbe } from "../../schedulers/gates/is-probe.js";
import {
  costsOfSteps,
  expected,
  isHidden,
  learn,
  measured,
  nothingKnown,
  presentCosts,
  type CostParts,
  type Known,
} from "./known-costs.js";
import type { ScoringCalls } from "./measure-scoring.js";
import { chooseMode, giveUpIfSlow } from "./replica-choice.js";
import { restored } from "../../state/restored.js";
import { differs, inUnits, stepSeconds, triedCosts } from "./running-costs.js";
import { withoutTrials, withStep, type TimedStep } from "./timed-steps.js";

/** Steps that are timed before anything is measured, and updates that a replica is tried out for. */
const TIMED_STEPS = 10;
/** Update of the first measurement, and updates until the next, twice as many after each up to the most. */
const FIRST = { next: 20, interval: 40 };
const LONGEST_INTERVAL = 400;
/** Calls that scoring is timed by, after others that warm the engine up. */
const FIRST_CALLS = { warmUp: 2, timed: 5 };
const LATER_CALLS = { warmUp: 1, timed: 3 };
/** Updates between two looks at what steps took. */
const LOOK = 10;

/** Times the steps of a run, and tells its costs where a gate or sizer, or the choice where to score, asks for them. */
export interface Calibration extends Stateful {
  /** Decides whether the coming step is one of importance sampling, where the gate wants it to be: now and then it is not, to be timed. */
  readonly decide: (update: number, wanted: boolean) => boolean;
  readonly note: (step: TimedStep) => void;
  /** Tells whether scoring is to be measured, or measured again, and enough steps were timed. */
  readonly isDue: (update: number) => boolean;
  /** Tells whether the coming step is to show what it costs that a replica scores meanwhile. */
  readonly tryOut: (update: number) => boolean;
  /** Tells whether steps are still to be timed one by one: they must then be made one after the other. */
  readonly pending: () => boolean;
  /** Measures score(B), takes step(b) from the latest steps, and emits `costs:calibrated`. */
  readonly measure: (progress: Progress) => Promise<Costs>;
  /** The costs told last. */
  readonly costs: () => Costs | undefined;
  /** Seconds of a step, once enough were timed. */
  readonly step: (update: number) => number | undefined;
}

/** What a calibration works with. */
interface CalibrationParts extends CostParts {
  readonly events: EventBus;
  /** Whether a gate or sizer asks for measured costs. */
  readonly asked: boolean;
  /** Whether the gate's decisions rest on them: it is then checked by uniform steps now and then. */
  readonly gated: boolean;
  /** Whether where to score is to be chosen. */
  readonly auto: boolean;
  /** Measures score(B), in seconds. */
  readonly measureScoring: (progress: Progress, calls: ScoringCalls) => Promise<Costs["score"]>;
}

function tell({ events }: CalibrationParts, known: Known, costs: Costs): Costs {
  known.told = costs;
  events.emit("costs:calibrated", () => ({ costs }));
  return costs;
}

/** Tells of costs that have changed. */
function follow(parts: CalibrationParts, known: Known, update: number): void {
  const { told } = known;
  if (told === undefined || update % LOOK !== 0) return;
  learn(parts, known, update);
  const costs = presentCosts(parts, known, update);
  if (costs !== undefined && differs(costs, told)) tell(parts, known, costs);
}

/** Tells whether a replica works for the run itself, which tells nothing of a trial: where there was none yet, it is all there is. */
function isAtWork(parts: CalibrationParts, { onSince, tried }: Known): boolean {
  return onSince !== undefined && isHidden(parts) && tried !== undefined;
}

/** Takes in what a step took; while a replica is at work no update is alone. */
function takeIn(parts: CalibrationParts, known: Known, step: TimedStep): void {
  const { alone } = known.times;
  const times = withStep(known.times, step, parts.batchSize);
  known.times = isAtWork(parts, known) ? { ...times, alone } : times;
}

function timed({ times: { uniform, expected } }: Known): boolean {
  return uniform.length + expected.length >= TIMED_STEPS;
}

/** Tells whether a replica in use is to be compared again: what steps cost by it is known by themselves, what they would cost without it changes. */
function isDoubtful(parts: CalibrationParts, known: Known, update: number): boolean {
  if (update < known.next || !parts.auto || !isHidden(parts)) return false;
  return costsOfSteps(parts, known, update) !== undefined;
}

async function measure(parts: CalibrationParts, known: Known, progress: Progress): Promise<Costs> {
  const { update } = progress;
  const { times } = known;
  const step = stepSeconds(times, update);
  const { background, auto } = parts;
  const running = background?.replica() === "running";
  const choosing = auto && running;
  const tried = times.accompanied.length >= TIMED_STEPS;
  if (tried) {
    known.tried = inUnits(triedCosts(times, step), step);
    known.times = withoutTrials(times);
  }
  if (choosing || !(isHidden(parts) && known.tried !== undefined)) {
    const calls = known.inline === undefined ? FIRST_CALLS : LATER_CALLS;
    known.inline = inUnits({ score: await parts.measureScoring(progress, calls), step }, step);
  }
  const paid = isHidden(parts) ? costsOfSteps(parts, known, update) : undefined;
  const hidden = paid ?? expected(known, "hidden", update);
  const inline = expected(known, "inline", update);
  if (choosing && hidden !== undefined && inline !== undefined) {
    await chooseMode(parts, { hidden, inline, choices: known.choices });
    if (!isHidden(parts)) known.choices += 1;
  }
  known.next = update + known.interval;
  known.interval = Math.min(2 * known.interval, LONGEST_INTERVAL);
  return tell(parts, known, presentCosts(parts, known, update) as Costs);
}

/** Decides on the kind of a step, and remembers since when importance sampling is wanted. */
function decideKind(
  known: Known,
  {
    update,
    wanted,
    timed,
  }: { readonly update: number; readonly wanted: boolean; readonly timed: boolean },
): boolean {
  known.onSince = wanted ? (known.onSince ?? update) : undefined;
  return known.onSince !== undefined && !(timed && isProbe(update - known.onSince));
}

/** Tells whether there is a replica, or will be soon, which was not tried out enough. */
function isUntried({ background }: CalibrationParts, { times }: Known): boolean {
  const replica = background?.replica() ?? "none";
  if (replica === "none") return false;
  return replica === "starting" || times.accompanied.length < TIMED_STEPS;
}

/** Creates the calibration of a run that has not begun. */
export function createCalibration(parts: CalibrationParts): Calibration {
  const { asked, gated, background } = parts;
  const auto = parts.auto && background !== undefined;
  let known: Known = { ...nothingKnown, ...FIRST };
  const choosing = (): boolean => auto && background.replica() !== "none" && !isHidden(parts);
  const unknown = (update: number): boolean =>
    known.told === undefined || costsOfSteps(parts, known, update) === undefined;
  const open = (update: number): boolean =>
    timed(known) && update >= known.next && ((asked && unknown(update)) || choosing());
  const untried = (): boolean => isUntried(parts, known);
  return {
    decide: (update, wanted) => decideKind(known, { update, wanted, timed: gated }),
    note: (step) => {
      takeIn(parts, known, step);
      follow(parts, known, step.update);
      if (!auto || !isHidden(parts)) return;
      const inline = measured(known, "inline", step.update);
      known.lost = giveUpIfSlow(parts, known.times, { inline, lost: known.lost });
    },
    isDue: (update) => (open(update) && !untried()) || isDoubtful(parts, known, update),
    tryOut: (update) =>
      open(update) &&
      untried() &&
      background?.replica() === "running" &&
      update % 2 === 0 &&
      !isAtWork(parts, known),
    pending: () => !timed(known) || ((asked || auto) && known.told === undefined),
    measure: (progress) => measure(parts, known, progress),
    costs: () => known.told,
    step: (update) => (timed(known) ? stepSeconds(known.times, update) : undefined),
    state: () => ({ version: 5, known: structuredClone(known) as never }),
    restore: (state) => {
      ({ known } = restored<{ known: Known }>(state, 5, "calibration"));
    },
  };
}
