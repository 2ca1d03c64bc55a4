import type { ScoringOption } from "@unequal/core";

/** What a run was chosen to be. */
interface Choices extends Readonly<
  Record<"scorer" | "gate" | "sizer" | "rate" | "scheduler", { readonly name: string } | undefined>
> {
  readonly sampler: { readonly name: string };
  readonly scoring: ScoringOption;
  readonly presample: number;
}

/**
 * Says how a run draws by score, was it said or chosen: every word is one that an option takes. Undefined for samplers that do not.
 */
export function choicesText({
  sampler,
  scorer,
  scoring,
  presample,
  ...parts
}: Choices): string | undefined {
  if (scorer === undefined) return undefined;
  const roles = ["gate", "sizer", "rate", "scheduler"] as const;
  const deciding = roles.flatMap((role) => {
    const part = parts[role];
    return part === undefined ? [] : `${role} ${part.name}`;
  });
  const where = `presample ${presample}, scoring ${typeof scoring === "string" ? scoring : scoring.name}`;
  return `Importance sampling: sampler ${sampler.name}, scorer ${scorer.name}, ${deciding.join(", ")}, ${where}.`;
}
