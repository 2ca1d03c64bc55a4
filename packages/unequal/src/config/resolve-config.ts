import path from "node:path";
import {
  describeOptions,
  isPart,
  UnequalError,
  type Budget,
  type Kind,
  type Part,
  type Plugin,
  type Registry,
  type ScoringOption,
  type Spec,
} from "@unequal/core";
import { defaultScoring } from "../defaults/default-scoring.js";
import { chooseSizer } from "../defaults/choose-sizer.js";
import { suitLoss, suitSampler, type ChosenParts } from "../defaults/suit-sampler.js";
import { createRegistry } from "./create-registry.js";
import type { LoadedConfig } from "./load-config.js";
import { mergeConfigs } from "./merge-configs.js";
import { parseDuration } from "./parse-duration.js";
import type { UnequalConfig } from "../define-config.js";

/** Everything that a run needs, defaults filled in and parts checked. */
export interface RunConfig {
  /** What was named around the sampler; the rest are defaults. */
  readonly chosen: ChosenParts;
  readonly registry: Registry;
  readonly backend: Part<"backend">;
  readonly model: Part<"model">;
  readonly dataset: Part<"dataset">;
  readonly sampler: Part<"sampler">;
  readonly scorer: Part<"scorer"> | undefined;
  readonly signals: readonly Part<"signal">[];
  readonly weighting: Part<"weighting">;
  readonly estimator: Part<"estimator">;
  /** What decides on steps: a gate and a sizer, or a whole scheduler in their place. */
  readonly gate: Part<"gate"> | undefined;
  readonly sizer: Part<"sizer"> | undefined;
  readonly scheduler: Part<"scheduler"> | undefined;
  readonly optimizer: Part<"optimizer">;
  readonly reporters: readonly Part<"reporter">[];
  readonly batchSize: number;
  readonly presample: number;
  readonly resident: "auto" | boolean;
  readonly scoring: ScoringOption;
  readonly reuse: number;
  readonly budget: Pick<Budget, "epochs" | "updates" | "seconds">;
  readonly learningRate: number | undefined;
  readonly lrSchedule: string;
  readonly weightDecay: number;
  readonly loss: "logits" | "as-compiled" | "none";
  readonly mask: boolean;
  readonly seed: number | string;
  readonly out: string | undefined;
  readonly plugins: readonly (string | Plugin)[];
}

const SUITED_TO_SAMPLER = ["scorer", "weighting", "gate", "scheduler", "sizer", "costs"];

type Scheduling = Pick<RunConfig, "gate" | "sizer" | "scheduler">;

const DEFAULT_SECONDS = 60;

/** Tells whether a part that is named has an option for costs; what is made in code was given its own. */
function weighsCosts(kind: "gate" | "sizer", spec: Spec, registry: Registry): boolean {
  if (isPart(spec)) return false;
  const name = typeof spec === "string" ? spec : spec.name;
  const entry = registry.entries().find((each) => each.kind === kind && each.name === name);
  return describeOptions(entry?.factory.definition.options).some((each) => each.name === "costs");
}

function withCosts<K extends "gate" | "sizer">(
  spec: Spec<K>,
  costs: UnequalConfig["costs"],
): Spec<K> {
  if (costs === undefined) return spec;
  if (!isPart(spec)) return typeof spec === "string" ? { name: spec, costs } : { ...spec, costs };
  throw new UnequalError(
    "CONFIG_INVALID",
    `The gate "${spec.name}" is made in code, so give it its costs there: tau({ costs: … }).`,
  );
}

/** Takes a whole scheduler. @throws CONFIG_INVALID where something else is to decide too */
function wholeScheduler(
  { gate, sizer, costs, presample }: UnequalConfig,
  scheduler: Part<"scheduler">,
): Scheduling {
  const others = { gate, sizer, costs, 'presample: "auto"': presample === "auto" || undefined };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return { scheduler, gate: undefined, sizer: undefined };
  throw new UnequalError(
    "CONFIG_INVALID",
    `The scheduler "${scheduler.name}" decides when and how large by itself, but ${other} is given too. Leave one of them out.`,
  );
}

/** Makes gate and sizer, or a whole scheduler; costs go to whichever weighs them, and are refused by the gate where neither does. */
function schedulingOf(config: UnequalConfig, gate: Spec<"gate">, registry: Registry): Scheduling {
  if (config.scheduler !== undefined)
    return wholeScheduler(config, registry.part("scheduler", config.scheduler));
  const sizer = chooseSizer(config);
  const sized = weighsCosts("sizer", sizer, registry);
  const gated = weighsCosts("gate", gate, registry) || !sized;
  return {
    gate: registry.part("gate", gated ? withCosts(gate, config.costs) : gate),
    sizer: registry.part("sizer", sized ? withCosts(sizer, config.costs) : sizer),
    scheduler: undefined,
  };
}

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

function aroundSampler(
  config: UnequalConfig,
  registry: Registry,
): Scheduling & Pick<RunConfig, "sampler" | "scorer" | "weighting" | "estimator"> {
  const { gate, ...suited } = suitSampler(config, registry);
  return { ...suited, ...schedulingOf(config, config.gate ?? gate.name, registry) };
}

/** Leaves out what the file chose for its own sampler where a flag names one that does not draw by score. */
function fitted(file: UnequalConfig, flags: UnequalConfig, registry: Registry): UnequalConfig {
  if (flags.sampler === undefined) return file;
  if (registry.factsOf("sampler", flags.sampler).scored) return file;
  return Object.fromEntries(
    Object.entries(file).filter(
      ([key, value]) => !SUITED_TO_SAMPLER.includes(key) && value !== "auto",
    ),
  );
}

/**
 * Resolves a run: flags win over the file, the file over defaults; every name becomes a part.
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID, CONFIG_INVALID PLUGIN_INVALID, API_VERSION_MISMATCH,
 *   DUPLICATE_PART
 */
export async function resolveConfig(
  loaded: LoadedConfig,
  flags: UnequalConfig,
  folder: string,
): Promise<RunConfig> {
  const merged = mergeConfigs(loaded.config, flags);
  const registry = await createRegistry(merged, loaded.file ?? path.join(folder, "package.json"));
  const config = mergeConfigs(fitted(loaded.config, flags, registry), flags);
  const part = <K extends Kind>(kind: K, spec: Spec<K> | undefined, name: string): Part<K> =>
    registry.part(kind, spec ?? name);
  const { batchSize = 128 } = config;
  const suited = aroundSampler(config, registry);
  const { sampler, scorer, weighting, gate, scheduler, estimator } = config;
  const deciding = { gate: suited.gate ?? "always", scheduler };
  return {
    registry,
    chosen: { sampler, scorer, weighting, gate, scheduler, estimator },
    ...suited,
    backend: part("backend", config.backend, "wasm"),
    model: part("model", config.model, "mlp"),
    dataset: part("dataset", config.dataset, "mnist"),
    optimizer: part("optimizer", config.optimizer, "adam"),
    signals: (config.signals ?? []).map((spec) => registry.part("signal", spec)),
    reporters: (config.reporters ?? []).map((spec) => registry.part("reporter", spec)),
    batchSize,
    ...defaultScoring(config, deciding, { registry, batchSize }),
    resident: config.resident ?? "auto",
    reuse: config.reuse ?? 1,
    budget: budgetOf(config),
    learningRate: config.learningRate,
    lrSchedule: config.lrSchedule ?? "cosine",
    weightDecay: config.weightDecay ?? 0,
    loss: config.loss ?? suitLoss(suited.estimator, registry),
    mask: config.mask ?? false,
    seed: config.seed ?? 0,
    out: config.out,
    plugins: config.plugins ?? [],
  };
}
