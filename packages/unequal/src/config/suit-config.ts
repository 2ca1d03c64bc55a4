import type { Learner } from "@unequal/core";
import { suitModel } from "../defaults/suit-model.js";
import type { RunConfig } from "./resolve-config.js";

/** A configuration whose parts suit the model, and what a user should know where defaults had to give way. */
export interface SuitedConfig {
  readonly config: RunConfig;
  readonly warning?: string;
}

/** Replaces defaults of a configuration that its model cannot serve; what was named stays. */
export function suitConfig(config: RunConfig, learner: Learner): SuitedConfig {
  const { chosen, registry, signals } = config;
  const { parts, warning } = suitModel(chosen, { learner, signals, registry });
  if (warning === undefined) return { config };
  const { sampler, scorer, weighting, estimator } = parts;
  const whole = config.scheduler !== undefined;
  const unscored = !whole && chosen.gate === undefined && scorer === undefined;
  const gate = unscored ? parts.gate : config.gate;
  // sizes that go by scores are no use without any
  const useless = scorer === undefined && config.sizer?.name === "auto";
  const sizer = useless ? registry.part("sizer", "fixed") : config.sizer;
  return {
    config: { ...config, sampler, scorer, weighting, estimator, gate, sizer },
    warning,
  };
}
