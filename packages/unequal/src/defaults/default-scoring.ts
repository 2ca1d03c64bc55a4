import type { Registry, ScoringOption, Spec } from "@unequal/core";

/** What a user chose of where candidates are scored, and of how many. */
export interface ChosenScoring {
  readonly scoring?: ScoringOption | undefined;
  readonly presample?: number | "auto" | undefined;
}

/** What decides when importance sampling is on: a gate, or a whole scheduler in its place. */
interface DecidingParts {
  readonly gate: Spec<"gate">;
  readonly scheduler?: Spec<"scheduler"> | undefined;
}

/** Candidates for one row of a batch: about as many as a replica scores while a step trains, and those that pay inline. */
const IN_BACKGROUND = 3;
const INLINE = 5;

function isInline(scoring: ScoringOption): boolean {
  return (typeof scoring === "string" ? scoring : scoring.name) === "inline";
}

/**
 * Chooses where candidates are scored, and B. Where the gate measures costs, the faster way is taken, `auto`; a gate that measures
 * nothing can make a run that repeats itself, so nothing is left to the clock there. B is 3 b, or 5 b where the learner itself
 * scores for sure.
 */
export function defaultScoring(
  { scoring: asked, presample }: ChosenScoring,
  { gate, scheduler }: DecidingParts,
  { registry, batchSize }: { readonly registry: Registry; readonly batchSize: number },
): { readonly scoring: ScoringOption; readonly presample: number } {
  const { requires } =
    scheduler === undefined
      ? registry.factsOf("gate", gate)
      : registry.factsOf("scheduler", scheduler);
  const measured = requires.includes("costs");
  const scoring = asked ?? (measured ? "auto" : "inline");
  if (typeof presample === "number") return { scoring, presample };
  return { scoring, presample: (isInline(scoring) ? INLINE : IN_BACKGROUND) * batchSize };
}
