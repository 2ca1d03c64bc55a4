import type { Costs, SchedulerFacts } from "../../contracts/scheduler.js";
import {
  type ImportanceTaken,
  type StepTimes,
  isKnown,
  medianOf,
  ofLatest,
} from "./timed-steps.js";

/** Least share of a step that scoring is taken to add: less cannot be told from the noise. */
const LEAST_SHARE = 0.01;
/** Share of a step from which waiting for a replica says that it is the replica which sets the pace. */
const WAITING = 0.02;
/** Updates for which the latest steps of a kind tell what one takes. */
const LASTING = 250;

type Plan = Pick<SchedulerFacts, "batchSize" | "presample">;

const seconds = (taken: { readonly seconds: number }): number => taken.seconds;

/** Computes step(b): the median of the latest uniform steps, or where none was made for long, of what importance steps let expect. */
export function stepSeconds({ uniform, expected }: StepTimes, update: number): number {
  const recent = ofLatest(uniform, update, 2 * LASTING);
  return medianOf(isKnown(recent) || expected.length === 0 ? uniform : expected, seconds);
}

/** States costs in another unit, which is so many of theirs. */
export function inUnits({ score, step, background }: Costs, unit: number): Costs {
  return {
    score: score / unit,
    step: step / unit,
    ...(background !== undefined && { background: background / unit }),
  };
}

/** Computes the costs of hidden scoring by its trials. */
export function triedCosts({ alone, accompanied, replica }: StepTimes, step: number): Costs {
  const longer = medianOf(accompanied, seconds) - medianOf(alone, seconds);
  return {
    score: Math.max(longer, LEAST_SHARE * step),
    step,
    background: medianOf(replica, seconds),
  };
}

/**
 * Computes the costs at which {@link threshold} gives just what importance steps took, at their sizes: score(B) is what they
 * took beyond training on as many rows, without waiting; where they had to wait, the replica sets the pace, and background(B)
 * is the whole step.
 */
function paidCosts(
  made: readonly ImportanceTaken[],
  step: number,
  { batchSize, presample }: Plan,
): Costs {
  const perPool = (value: (taken: ImportanceTaken) => number): number =>
    medianOf(made, (taken) => value(taken) / (taken.candidates / presample));
  const wait = ({ hidden }: ImportanceTaken): number => hidden?.wait ?? 0;
  const longer = perPool((taken) => taken.seconds - wait(taken) - (step * taken.count) / batchSize);
  const score = Math.max(longer, LEAST_SHARE * step);
  if (made.every(({ hidden }) => hidden === undefined)) return { score, step };
  const whole = perPool(seconds);
  const waits = perPool(wait) > WAITING * step;
  const replica = perPool(({ hidden }) => hidden?.replica ?? 0);
  return { score, step, background: waits ? whole : Math.min(whole, replica) };
}

/**
 * Tells what the latest importance steps cost, if enough were made lately, all scored inline or all by a replica;
 * else undefined.
 */
export function runningCosts(
  times: StepTimes,
  update: number,
  { hidden, ...plan }: Plan & { readonly hidden: boolean },
): Costs | undefined {
  const made = ofLatest(times.importance, update, LASTING).filter(
    (taken) => (taken.hidden !== undefined) === hidden,
  );
  return isKnown(made) ? paidCosts(made, stepSeconds(times, update), plan) : undefined;
}

/** Tells whether costs differ by more than a twentieth of a step. */
export function differs(costs: Costs, told: Costs): boolean {
  const least = told.step / 20;
  const { background = 0 } = costs;
  const changes = [
    costs.score - told.score,
    costs.step - told.step,
    background - (told.background ?? 0),
  ];
  return changes.some((change) => Math.abs(change) > least);
}
