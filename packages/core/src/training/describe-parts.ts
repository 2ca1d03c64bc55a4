import type { Plain } from "../contracts/state.js";
import type { Spec } from "../plugin/part.js";
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

/** Tells what a trainer is composed of, for `run:start`: each option but those that are no settings. */
export function describeParts(options: FilledOptions, presample: number): Record<string, Plain> {
  const { scheduler } = options;
  const usual = scheduler === undefined ? "fixed" : undefined;
  const { sizer = usual, rate = usual } = options;
  const settings: Readonly<Record<string, unknown>> = { ...options, sizer, rate, presample };
  const names = Object.keys(trainerOptions.shape).filter((name) => !LEFT_OUT.has(name));
  return Object.fromEntries(names.map((name) => [name, told(settings[name])]));
}
