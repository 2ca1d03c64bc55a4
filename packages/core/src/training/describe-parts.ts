import type { Plain } from "../contracts/state.js";
import type { Spec } from "../plugin/part.js";
import type { TrainerOptions } from "./trainer-options.js";
import { scoringSettings } from "./scoring/scoring-option.js";

/** Returns B, as given or by default. */
export function presampleOf({ presample, batchSize }: TrainerOptions): number {
  return presample ?? 5 * batchSize;
}

/** Returns the name of a part. */
export function nameOf(spec: Spec): string {
  return typeof spec === "string" ? spec : spec.name;
}

/** Names the parts that a trainer is composed of, and its sizes, for `run:start`. */
export function describeParts(options: TrainerOptions): Record<string, Plain> {
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
    presample: presampleOf(options),
  };
}
