import { presampleOf, type Dataset, type Learner } from "@unequal/core";
import { chooseDefaults } from "../defaults/choose-defaults.js";
import type { RunConfig } from "./resolve-config.js";

/** A configuration that suits its model and its data, and what a user should know where defaults had to give way. */
export interface SuitedConfig {
  readonly config: RunConfig & { readonly presample: number };
  readonly warning: string | undefined;
}

/** Replaces defaults of a configuration that its model cannot serve; what was given stays. */
export function suitConfig(
  config: RunConfig,
  { learner, dataset }: { readonly learner: Learner; readonly dataset: Pick<Dataset, "size"> },
): SuitedConfig {
  const { given, registry } = config;
  const { warning, ...suited } = chooseDefaults(given, { registry, learner });
  const presample = presampleOf({ ...config, ...suited }, dataset.size);
  return { config: { ...config, ...suited, presample }, warning };
}
