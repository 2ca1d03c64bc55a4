import type { GivenCosts } from "./unequal-config.js";

/** Reads `backward=2`, `score=5,step=3` or `score=0.1,step=3,beside=2`; undefined if it is none of them. */
export function parseCosts(text: string): GivenCosts | undefined {
  const entries = text.split(",").map((entry) => entry.split("="));
  const costs = new Map(entries.map(([key = "", value = ""]) => [key.trim(), Number(value)]));
  if (![...costs.values()].every((value) => value > 0 && Number.isFinite(value))) return undefined;
  const [backward, score, step, beside] = ["backward", "score", "step", "beside"].map((key) =>
    costs.get(key),
  );
  if (backward !== undefined && costs.size === 1) return { backward };
  if (score === undefined || step === undefined) return undefined;
  if (costs.size === 2) return { score, step };
  return beside !== undefined && costs.size === 3 ? { score, step, beside } : undefined;
}
