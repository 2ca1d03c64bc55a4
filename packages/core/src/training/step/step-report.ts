import type { Progress } from "../../contracts/progress.js";
import type { Learner } from "../../contracts/learner.js";
import type { StepDurations } from "../../contracts/scoring.js";
import type { EventBus } from "../../events.js";
import type { UpdateOutcome } from "./make-update.js";

/** Reports one update. */
export interface StepReport {
  /** After the update. */
  readonly progress: Progress;
  readonly importance: boolean;
  /** φ: what the learning rate was multiplied with; 1 on uniform steps. */
  readonly rate: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Age of the scores that its rows were drawn by, on importance steps with a scorer. */
  readonly age?: number;
  readonly durations: StepDurations;
}

/** Reports an update that was made, and emits `step:end`. */
export function reportStep(
  events: EventBus,
  { result, durations, estimate, rows, loaded, age, skipped }: UpdateOutcome,
  { rate, ...step }: Pick<StepReport, "progress" | "importance" | "rate">,
): StepReport {
  const { loss, metrics } = result;
  const found = { ...step, loss, metrics, durations, ...(age !== undefined && { age }) };
  events.emit("step:end", () => ({
    ...found,
    ...(rate !== 1 && { rate }),
    rows,
    loaded,
    ...(skipped > 0 && { skipped }),
    ...(estimate && { estimate }),
  }));
  return { ...found, rate };
}

/** Makes what emits the notes on parts and model, each once: a pass may have added to them since the last call. */
export function noteTeller({
  learner,
  events,
  notes,
}: {
  readonly learner: Pick<Learner, "facts">;
  readonly events: EventBus;
  /** What a user should know of the parts together, a sentence each. */
  readonly notes: readonly string[];
}): () => void {
  let told = 0;
  return () => {
    const fresh = [...notes, ...learner.facts.notes].slice(told);
    told += fresh.length;
    for (const message of fresh) events.emit("warning", () => ({ code: "NOTE", message }));
  };
}
