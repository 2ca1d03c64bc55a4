import {
  describeOptions,
  isPart,
  UnequalError,
  type Learner,
  type Part,
  type Registry,
  type ScoringOption,
  type Spec,
} from "@unequal/core";
import type { SharedOptions } from "../options/training-options.js";
import { suitModel } from "./suit-model.js";
import { suitLoss, suitSampler, type SuitedParts } from "./suit-sampler.js";

/** What options were given, and what they are for. */
interface Circumstances {
  readonly registry: Registry;
  /** The model's, once there is one: defaults that it cannot serve give way. */
  readonly learner?: Pick<Learner, "signals" | "explainMissing" | "facts">;
}

/** The options of a run, with the parts that go together. */
export interface ChosenDefaults extends Omit<SuitedParts, "gate"> {
  /** When importance sampling is on, how large its steps are and how far they go; or a whole scheduler in their place. */
  readonly gate: Part<"gate"> | undefined;
  readonly sizer: Part<"sizer"> | undefined;
  readonly rate: Part<"rate"> | undefined;
  readonly scheduler: Part<"scheduler"> | undefined;
  readonly scoring: ScoringOption;
  readonly loss: "logits" | "as-compiled" | "none";
  /** What a user should know where they are not the usual ones. */
  readonly warning: string | undefined;
}

type Scheduling = Pick<ChosenDefaults, "gate" | "sizer" | "rate" | "scheduler">;

/** Tells whether a part that is named has an option for costs; what is made in code was given its own. */
function weighsCosts(kind: "gate" | "sizer", spec: Spec, registry: Registry): boolean {
  if (isPart(spec)) return false;
  const name = typeof spec === "string" ? spec : spec.name;
  const entry = registry.entries().find((each) => each.kind === kind && each.name === name);
  return describeOptions(entry?.factory.definition.options).some((each) => each.name === "costs");
}

function withCosts<K extends "gate" | "sizer">(
  spec: Spec<K>,
  costs: SharedOptions["costs"],
): Spec<K> {
  if (costs === undefined) return spec;
  // costs next to its name are its own
  if (!isPart(spec)) return typeof spec === "string" ? { name: spec, costs } : { costs, ...spec };
  throw new UnequalError(
    "OPTION_INVALID",
    `The gate "${spec.name}" is made in code, so give it its costs there: tau({ costs: … }).`,
  );
}

/** Takes a whole scheduler. @throws OPTION_INVALID where something else is to decide too */
function wholeScheduler(
  { gate, sizer, rate, costs }: SharedOptions,
  scheduler: Part<"scheduler">,
): Scheduling {
  const others = Object.entries({ gate, sizer, rate, costs });
  const [other] = others.find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return { scheduler, gate: undefined, sizer: undefined, rate: undefined };
  throw new UnequalError(
    "OPTION_INVALID",
    `The scheduler "${scheduler.name}" decides when, how large and how far by itself, but ${other} is given too. Leave one of them out.`,
  );
}

/**
 * Chooses how far steps go. The learning rate follows the effective batch where the gate goes by the gain, which is then known, and
 * where a quieter batch is a larger one to model and parts: unbiased weights, a step of the batch's own variance, an optimizer that
 * can be scaled, a score that takes a forward pass.
 */
function usualRate(
  gate: Spec<"gate">,
  { scorer, weighting, estimator }: SuitedParts,
  { registry, learner }: Circumstances,
): "effective-batch" | "fixed" {
  const known = registry.factsOf("gate", gate).requires.includes("estimate");
  const unbiased = weighting.definition.unbiased === true;
  const scales =
    registry.factsOf("estimator", estimator).scalesRate && learner?.facts.scalesRate !== false;
  // a score that takes no forward pass would take one for the losses alone
  const passes =
    scorer !== undefined &&
    registry.factsOf("scorer", scorer).requires.some((name) => learner?.signals.has(name) ?? true);
  return known && unbiased && scales && passes ? "effective-batch" : "fixed";
}

/** Makes gate, sizer and rate, or a whole scheduler; costs go to whichever weighs them, and are refused by the gate where neither does. */
function schedulingOf(
  given: SharedOptions,
  suited: SuitedParts,
  circumstances: Circumstances,
): Scheduling {
  const { registry } = circumstances;
  if (given.scheduler !== undefined)
    return wholeScheduler(given, registry.part("scheduler", given.scheduler));
  const { sizer = "fixed", costs } = given;
  const gate = given.gate ?? suited.gate.name;
  const { rate = usualRate(gate, suited, circumstances) } = given;
  const sized = weighsCosts("sizer", sizer, registry);
  const gated = weighsCosts("gate", gate, registry) || !sized;
  return {
    gate: registry.part("gate", gated ? withCosts(gate, costs) : gate),
    sizer: registry.part("sizer", sized ? withCosts(sizer, costs) : sizer),
    rate: registry.part("rate", rate),
    scheduler: undefined,
  };
}

/** Says what was given for a sampler that gave way. */
function leftOut(given: Pick<SharedOptions, "sizer" | "rate" | "costs">): string {
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name));
  return names.length === 0
    ? ""
    : ` What was given for other steps is left out: ${names.join(", ")}.`;
}

/** Tells whether what decides on steps goes by measured costs. */
function measures({ gate, scheduler }: Scheduling, registry: Registry): boolean {
  const facts =
    scheduler === undefined
      ? registry.factsOf("gate", gate ?? "always")
      : registry.factsOf("scheduler", scheduler);
  return facts.requires.includes("costs");
}

/**
 * Chooses what depends on other options, on the sampler, and on the model. Where the gate measures costs, scores are computed in
 * the faster way, `auto`; a gate that measures nothing can make a run that repeats itself, so nothing is left to the clock there.
 *
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID
 */
export function chooseDefaults(given: SharedOptions, circumstances: Circumstances): ChosenDefaults {
  const { registry, learner } = circumstances;
  const { signals = [] } = given;
  const { parts, warning } =
    learner === undefined
      ? { parts: suitSampler(given, registry), warning: undefined }
      : suitModel(given, { learner, signals, registry });
  const { gate: _, ...around } = parts;
  // sizes, rate and costs were meant for the sampler that gave way
  const replaced = warning !== undefined && around.scorer === undefined && given.gate === undefined;
  const { sizer, rate, costs, ...others } = given;
  const scheduling = schedulingOf(replaced ? others : given, parts, circumstances);
  return {
    ...around,
    ...scheduling,
    scoring: given.scoring ?? (measures(scheduling, registry) ? "auto" : "inline"),
    loss: given.loss ?? suitLoss(around.estimator, registry),
    warning: warning && `${warning}${leftOut(replaced ? { sizer, rate, costs } : {})}`,
  };
}
