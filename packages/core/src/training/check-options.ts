import { UnequalError } from "../errors.js";
import { validateOptions } from "../plugin/validate-options.js";
import { checkProvisions, providedTokens } from "./provide.js";
import { TOKENS } from "./tokens.js";
import { trainerOptions, type TrainerOptions } from "./trainer-options.js";

/** What a trainer cannot be composed without, and what to give. */
const NEEDED = {
  learner: "`backend.learner(model)` makes one of a compiled model",
  dataset: "`arrays(x, y)` of @unequal/datasets makes one of arrays",
  sampler: 'such as `proportional()` of @unequal/samplers, or "proportional" with a registry',
  weighting: 'such as `unbiased()` of @unequal/samplers, or "unbiased" with a registry',
  estimator: 'such as `plain()` of @unequal/samplers, or "plain" with a registry',
  gate: 'such as `tau()` or `always()` of @unequal/core, or "tau" with a registry',
} as const;

function refuse(what: string): never {
  throw new UnequalError("OPTION_INVALID", `createTrainer: ${what}`);
}

/**
 * Checks that everything is there that a trainer is composed of, given or provided, and in its form.
 * @throws OPTION_INVALID naming what is missing or faulty
 */
export function checkOptions(options: TrainerOptions): void {
  const given: unknown = options;
  if (typeof given !== "object" || given === null)
    refuse(
      `options must be an object, but are ${String(given)}. Needed: ${Object.keys(NEEDED).join(", ")} and batchSize.`,
    );
  checkProvisions(options.provide);
  const { replaced, named } = providedTokens(options.provide);
  const decides = options.scheduler === undefined ? (["gate"] as const) : [];
  for (const role of [
    "learner",
    "dataset",
    "sampler",
    "weighting",
    "estimator",
    ...decides,
  ] as const) {
    const value: unknown = options[role];
    if (value === undefined || value === null) {
      // options of parts are read of the part that is named, whoever is bound in its place
      if ((role === "learner" || role === "dataset") && replaced.has(TOKENS[role])) continue;
      refuse(`a ${role} is needed, but \`${role}\` is ${String(value)}: ${NEEDED[role]}.`);
    }
  }
  validateOptions("createTrainer", trainerOptions, options);
  if (options.scheduler === undefined) return;
  const doubled = (["gate", "sizer", "rate"] as const).find(
    (role) => options[role] !== undefined || named.has(TOKENS[role]),
  );
  if (doubled !== undefined)
    refuse(
      `\`scheduler\` decides when, how large and how far by itself, but there is a \`${doubled}\` too. Leave one of them out.`,
    );
}
