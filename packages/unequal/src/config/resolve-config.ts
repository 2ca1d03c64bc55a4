import path from "node:path";
import {
  withDefaults,
  type Budget,
  type Kind,
  type Part,
  type Registry,
  type Spec,
} from "@unequal/core";
import { chooseDefaults, type ChosenDefaults } from "../defaults/choose-defaults.js";
import {
  commandOptions,
  type FilledConfig,
  type UnequalConfig,
} from "../options/command-options.js";
import { parseDuration } from "../options/parse-duration.js";
import { createRegistry } from "./create-registry.js";
import type { LoadedConfig } from "./load-config.js";
import { mergeAll, mergeConfigs } from "./merge-configs.js";

/** Everything that a run needs, defaults filled in and parts checked; the presample may follow from the data. */
export interface RunConfig
  extends
    Omit<ChosenDefaults, "warning">,
    Omit<
      FilledConfig,
      keyof ChosenDefaults | "backend" | "model" | "dataset" | "optimizer" | "signals" | "reporters"
    > {
  /** What was given; the rest are defaults. */
  readonly given: UnequalConfig;
  readonly registry: Registry;
  readonly backend: Part<"backend">;
  readonly model: Part<"model">;
  readonly dataset: Part<"dataset">;
  readonly optimizer: Part<"optimizer">;
  readonly signals: readonly Part<"signal">[];
  readonly reporters: readonly Part<"reporter">[];
  readonly budget: Pick<Budget, "epochs" | "updates" | "seconds">;
}

const SUITED_TO_SAMPLER = ["scorer", "weighting", "gate", "scheduler", "sizer", "rate", "costs"];

const DEFAULT_SECONDS = 60;

function budgetOf({ epochs, maxSteps, maxTime }: UnequalConfig): RunConfig["budget"] {
  const seconds = maxTime === undefined ? undefined : parseDuration(maxTime);
  if (epochs === undefined && maxSteps === undefined && seconds === undefined)
    return { seconds: DEFAULT_SECONDS };
  return {
    ...(epochs !== undefined && { epochs }),
    ...(maxSteps !== undefined && { updates: maxSteps }),
    ...(seconds !== undefined && { seconds }),
  };
}

/** Leaves out what a configuration chose for its own sampler where one laid over it names one that does not draw by score. */
function fitted(lower: UnequalConfig, upper: UnequalConfig, registry: Registry): UnequalConfig {
  if (upper.sampler === undefined) return lower;
  if (registry.factsOf("sampler", upper.sampler).scored) return lower;
  return Object.fromEntries(
    Object.entries(lower).filter(([key]) => !SUITED_TO_SAMPLER.includes(key)),
  );
}

/**
 * Resolves a run: flags win over the file, the file over defaults; every name becomes a part.
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID, CONFIG_INVALID, PLUGIN_INVALID, API_VERSION_MISMATCH,
 *   DUPLICATE_PART
 */
export async function resolveConfig(
  loaded: LoadedConfig,
  flags: UnequalConfig,
  folder: string,
): Promise<RunConfig> {
  const layers = [...loaded.layers, flags];
  const from = loaded.file ?? path.join(folder, "package.json");
  const registry = await createRegistry(mergeAll(layers), from);
  const given = layers.reduce<UnequalConfig>(
    (lower, upper) => mergeConfigs(fitted(lower, upper, registry), upper),
    {},
  );
  const filled = withDefaults(commandOptions, given);
  const parts = <K extends Kind>(kind: K, specs: readonly Spec<K>[] = []): Part<K>[] =>
    specs.map((spec) => registry.part(kind, spec));
  return {
    ...filled,
    ...chooseDefaults(given, { registry }),
    given,
    registry,
    backend: registry.part("backend", filled.backend),
    model: registry.part("model", filled.model),
    dataset: registry.part("dataset", filled.dataset),
    optimizer: registry.part("optimizer", filled.optimizer),
    signals: parts("signal", filled.signals),
    reporters: parts("reporter", filled.reporters),
    budget: budgetOf(given),
  };
}
