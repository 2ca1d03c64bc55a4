import { z } from "zod";
import { validateOptions } from "../../plugin/validate-options.js";

const NAMES = ["inline", "background", "auto"] as const;

const settings = z.strictObject({
  name: z.enum(NAMES),
  age: z
    .int()
    .positive()
    .default(1)
    .describe("age of scores when a pool is drawn from, in updates"),
  uniform: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("u, the share of uniform draws among candidates whose scores are old"),
  workers: z.int().positive().default(1).describe("threads that score"),
  modules: z
    .array(z.string().min(1))
    .readonly()
    .default([])
    .describe("modules that threads import first, such as those that register layers"),
  timeout: z
    .number()
    .positive()
    // more milliseconds than a timer can count would mean none
    .max(2_147_483)
    .default(60)
    .describe("longest wait for scores, in seconds, 2147483 at most"),
});

/** Schema of the option `scoring`. */
export const scoringOption = z.union([z.enum(NAMES), settings.meta({ title: "{ name, age, … }" })]);

/**
 * Says where candidates are scored. `inline`, the default: by the learner, before the step. `background`: by a replica of the
 * model on an engine of its own, while training goes on, with parameters a few updates old. `auto`: measures both, and
 * keeps the faster.
 */
export type ScoringOption = z.input<typeof scoringOption>;

/** How scores in the background are to be made. */
interface BackgroundSettings {
  /** Updates between asking for a pool and its step. */
  readonly age: number;
  readonly workers: number;
  readonly modules: readonly string[];
  /** Seconds. */
  readonly timeout: number;
}

/** The option `scoring`, defaults filled in. */
export interface ScoringSettings {
  readonly name: "inline" | "background" | "auto";
  /** Share of uniform draws where scores are old. */
  readonly uniform: number;
  readonly background: BackgroundSettings;
}

/** Fills in the defaults of the option `scoring`. @throws OPTION_INVALID */
export function scoringSettings(option: ScoringOption = "inline"): ScoringSettings {
  const given = typeof option === "string" ? { name: option } : option;
  const checked = validateOptions("scoring", settings, given) as z.infer<typeof settings>;
  const { name, uniform, ...background } = checked;
  return { name, uniform, background };
}
