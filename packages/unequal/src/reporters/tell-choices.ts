import type { ScoringOption } from "@unequal/core";

type Named = { readonly name: string } | undefined;

/** What a run is to be. */
export interface Choices {
  readonly sampler: { readonly name: string };
  readonly scorer: Named;
  readonly gate: Named;
  readonly sizer: Named;
  readonly rate: Named;
  readonly scheduler: Named;
  readonly scoring: ScoringOption;
  readonly presample: number;
}

/** Says how a run draws by score, whether that was said or chosen: every word is one that an option takes. Silent for samplers that do not. */
export function tellChoices(
  { sampler, scorer, scoring, presample, ...parts }: Choices,
  say: (line: string) => void,
): void {
  if (scorer === undefined) return;
  const deciding = (["gate", "sizer", "rate", "scheduler"] as const).flatMap((role) => {
    const part = parts[role];
    return part === undefined ? [] : `${role} ${part.name}`;
  });
  const where = `presample ${presample}, scoring ${typeof scoring === "string" ? scoring : scoring.name}`;
  say(
    `Importance sampling: sampler ${sampler.name}, scorer ${scorer.name}, ${deciding.join(", ")}, ${where}.`,
  );
}
