import type { Plain } from "../contracts/state.js";
import { isPart, type Spec } from "../plugin/part.js";
import { trainerOptions, type FilledOptions, type TrainerOptions } from "./trainer-options.js";

/** Candidates for one row of a batch: about as many as a replica scores while a step trains, and of those scored inline more gained less. */
const CANDIDATES = 3;

/** Returns the presample, as given or by default; `size`: N. */
export function presampleOf(
  { presample, batchSize }: Pick<TrainerOptions, "presample" | "batchSize">,
  size: number,
): number {
  return presample ?? Math.max(batchSize, Math.min(CANDIDATES * batchSize, size));
}

/** Returns the name of a part. */
export function nameOf(spec: Spec): string {
  return typeof spec === "string" ? spec : spec.name;
}

/** What is no setting, or is told by itself. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "learner",
  "dataset",
  "registry",
  "provide",
  "seed",
]);

/** Tells a setting as it is, and a part by its name. */
function told(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(told);
  if (typeof value === "object" && value !== null) return (value as { name: string }).name;
  return (value ?? null) as Plain;
}

/** Tells a value as plain data: a part by its name and the options that were given, what is no data by what it is. */
function inFull(value: unknown): Plain {
  if (isPart(value)) return inFull({ name: value.name, ...(value.given as object) });
  if (Array.isArray(value)) return value.map(inFull);
  if (ArrayBuffer.isView(value)) return value as Plain;
  if (typeof value === "object" && value !== null) {
    if (Object.getPrototypeOf(value) !== Object.prototype) return value.constructor.name;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inFull(each)]));
  }
  return ["function", "symbol", "bigint"].includes(typeof value) ? typeof value : (value as Plain);
}

function described(
  options: FilledOptions,
  presample: number,
  tell: (value: unknown) => Plain,
): Record<string, Plain> {
  const { scheduler } = options;
  const usual = scheduler === undefined ? "fixed" : undefined;
  const { sizer = usual, rate = usual } = options;
  const settings: Readonly<Record<string, unknown>> = { ...options, sizer, rate, presample };
  const names = Object.keys(trainerOptions.shape).filter((name) => !LEFT_OUT.has(name));
  return Object.fromEntries(names.map((name) => [name, tell(settings[name])]));
}

/** Tells what a trainer is composed of, for `run:start`: each option but those that are no settings. */
export function describeParts(options: FilledOptions, presample: number): Record<string, Plain> {
  return described(options, presample, told);
}

/** Tells all that makes a run another run: the same with the options of parts, the seed, and N. */
export function settingsOf(
  options: FilledOptions,
  { presample, examples }: { readonly presample: number; readonly examples: number },
): Record<string, Plain> {
  // where examples are kept changes nothing
  const { resident: _, ...settings } = described(options, presample, inFull);
  return { seed: options.seed, examples, ...settings };
}
