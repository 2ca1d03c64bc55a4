import type { Costs } from "../../contracts/scheduler.js";
import { threshold } from "../../gain/costs.js";
import type { BackgroundScoring } from "../scoring/background-scoring.js";
import type { CostParts } from "./known-costs.js";
import { type StepTimes, medianOf } from "./timed-steps.js";

/** Choices after which a replica that is the slower way is ended: the first are made before everything is compiled. */
const CHOICES = 3;
/** How many times what inline scoring adds a replica in use must add to be left: less is the noise of a moment. */
const RELUCTANCE = 1.25;
/** Steps by a replica that tell how long they wait. */
const ENOUGH = 10;
/** What a slow replica may lose before it is ended, in uniform steps: it is slow for a moment when it begins, or the machine is. */
const PATIENCE = 20;
/** Seconds that a run must go on for a replica to be made: its start takes one or two of another core, and one of this. */
const WORTH = 20;

const inMilliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;

/** What both ways to score cost. */
interface Measured {
  readonly hidden: Costs;
  readonly inline: Costs;
  /** How many of the choices before were of inline scoring. */
  readonly choices: number;
}

/** Takes the faster way to score, where that is to be chosen. */
export async function chooseMode(
  { background, batchSize, presample }: CostParts,
  { hidden, inline, choices }: Measured,
): Promise<void> {
  const plan = { batchSize, presample };
  const added = (costs: Costs): number => (threshold(costs, plan) - 1) * costs.step;
  const [there, here] = [added(hidden), added(inline)];
  const figures = `it adds ${inMilliseconds(there)} to a step, inline ${inMilliseconds(here)}`;
  const bearable = background?.mode() === "background" ? RELUCTANCE * here : here;
  if (there < bearable)
    return background?.use("background", `Scoring in the background is faster: ${figures}.`);
  const reason = `Scoring in the background is not faster: ${figures}.`;
  if (choices + 1 >= CHOICES) await background?.stop(reason);
  else background?.use("inline", reason);
}

/**
 * Ends a replica once steps have waited for it longer than inline scoring takes, by so many uniform steps in all.
 * Returns what was lost by then, with this step; 0 where it is not slower.
 */
export function giveUpIfSlow(
  { background, presample }: CostParts,
  times: StepTimes,
  { inline, lost }: { readonly inline: Costs | undefined; readonly lost: number },
): number {
  const hidden = times.importance.filter((taken) => taken.hidden !== undefined);
  const wait = medianOf(
    hidden,
    (taken) => (taken.hidden?.wait ?? 0) / (taken.candidates / presample),
  );
  if (inline === undefined || hidden.length < ENOUGH || wait <= RELUCTANCE * inline.score) return 0;
  const more = lost + (wait - inline.score) / inline.step;
  if (more < PATIENCE) return more;
  const figures = `a step waits for it ${inMilliseconds(wait)}, inline it takes ${inMilliseconds(inline.score)}`;
  // what is on its way is not wanted, and nobody waits for its end
  background?.stop(`Scoring in the background has become slower: ${figures}.`).catch(() => {});
  return 0;
}

/**
 * Makes the replica: at once where it was asked for, and under `auto` once steps were timed, if so many seconds of training are
 * left that it is repaid. Returns whether the run is too short for it: another run of the trainer may be longer.
 */
export async function startReplica(
  background: BackgroundScoring,
  { auto, left: secondsLeft }: { readonly auto: boolean; readonly left: () => number | undefined },
): Promise<boolean> {
  if (auto && background.replica() === "none" && !background.status().over) {
    const left = secondsLeft();
    if (left === undefined) return false;
    if (left < WORTH) {
      const reason = `The run is too short to repay a thread that scores: about ${left.toFixed(1)} s are left.`;
      background.use("inline", reason);
      return true;
    }
  }
  await background.start();
  return false;
}
