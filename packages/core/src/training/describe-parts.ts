import type { Plain } from "../contracts/state.js";
import type { Spec } from "../plugin/part.js";
import type { FilledOptions, TrainerOptions } from "./trainer-options.js";
import { scoringSettings } from "./scoring/scoring-option.js";

/** Candidates for one row of a batch: those that pay inline, and about as many as a replica scores while a step trains. */
const INLINE = 5;
const IN_BACKGROUND = 3;

/** Returns the presample, as given or by default; `size`: N. */
export function presampleOf(
  { presample, batchSize, scoring }: Pick<TrainerOptions, "presample" | "batchSize" | "scoring">,
  size: number,
): number {
  const inline = scoringSettings(scoring).name === "inline";
  const usual = (inline ? INLINE : IN_BACKGROUND) * batchSize;
  return presample ?? Math.max(batchSize, Math.min(usual, size));
}

/** Returns the name of a part. */
export function nameOf(spec: Spec): string {
  return typeof spec === "string" ? spec : spec.name;
}

/** Names the parts that a trainer is composed of, and its sizes, for `run:start`. */
export function describeParts(options: FilledOptions, presample: number): Record<string, Plain> {
  const { sampler, scorer, weighting, estimator, gate, scheduler, batchSize } = options;
  const sizer = options.sizer ?? (scheduler === undefined ? "fixed" : undefined);
  const name = (spec: Spec | undefined): string | null =>
    spec === undefined ? null : nameOf(spec);
  return {
    sampler: name(sampler),
    scorer: name(scorer),
    weighting: name(weighting),
    estimator: name(estimator),
    gate: name(gate),
    sizer: name(sizer),
    ...(scheduler !== undefined && { scheduler: nameOf(scheduler) }),
    scoring: scoringSettings(options.scoring).name,
    batchSize,
    presample,
  };
}
