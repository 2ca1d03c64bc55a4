import type { Learner, Registry, Signal, Spec } from "@unequal/core";
import { suitSampler, type ChosenParts, type SuitedParts } from "./suit-sampler.js";

/** What the parts must suit. */
export interface SuitedModel {
  readonly learner: Pick<Learner, "signals" | "explainMissing" | "facts">;
  /** Sources of signals other than the model's own. */
  readonly signals: readonly Spec<"signal">[];
  readonly registry: Registry;
}

/** Parts for a model, and what a user should know where they are not the usual ones. */
export interface ModelParts {
  readonly parts: SuitedParts;
  readonly warning?: string;
}

/** What scores where the usual scorer cannot, and the sampler needs scores. */
const OTHER_SCORER = "loss";

/** Finds a signal that a scorer needs, and that neither the model nor a source offers. */
function missingFor(
  scorer: Spec<"scorer">,
  { learner, signals, registry }: SuitedModel,
): Signal | undefined {
  const sources = signals.map((spec) => registry.factsOf("signal", spec));
  const offered = (name: Signal): boolean =>
    learner.signals.has(name) || sources.some((source) => source.signals.has(name));
  return registry.factsOf("scorer", scorer).requires.find((name) => !offered(name));
}

function uniformly(chosen: ChosenParts, { registry }: SuitedModel, why: string): ModelParts {
  const parts = suitSampler({ ...chosen, sampler: "uniform" }, registry);
  return { parts, warning: `${why} So the model is trained uniformly.` };
}

/**
 * Chooses the parts around the sampler as `suitSampler` does, and others in the place of defaults that the model cannot
 * serve: the sampler `uniform`, or, for a sampler that was named, the scorer `loss`. What the user named stays, and ends
 * in an error where it does not suit the model.
 *
 * Where the upper bound is the same for every example, proportional draws by loss would raise the variance: 1/s grows
 * without bound where s is small and the gradient is not.
 *
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID
 */
export function suitModel(chosen: ChosenParts, model: SuitedModel): ModelParts {
  const { registry, learner } = model;
  const parts = suitSampler(chosen, registry);
  if (parts.scorer === undefined || chosen.scorer !== undefined) return { parts };
  const free = chosen.sampler === undefined;
  if (learner.facts.stateful !== undefined) {
    const why =
      "The model keeps states from each batch to the next, row by row, so that drawing examples by score would give each the state of another.";
    return free ? uniformly(chosen, model, why) : { parts };
  }
  const missing = missingFor(parts.scorer, model);
  if (missing === undefined) return { parts };
  const why = `The usual scorer "${parts.scorer.name}" does not suit this model. ${learner.explainMissing(missing)}`;
  if (free) return uniformly(chosen, model, why);
  if (missingFor(OTHER_SCORER, model) !== undefined) return { parts };
  const scored = suitSampler({ ...chosen, scorer: OTHER_SCORER }, registry);
  return { parts: scored, warning: `${why} So candidates are scored by "${OTHER_SCORER}".` };
}
