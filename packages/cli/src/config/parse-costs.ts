import type { GivenCosts } from "./unequal-config.js";

/** Reads `backward=2` or `score=5,step=3`; undefined if it is neither. */
export function parseCosts(text: string): GivenCosts | undefined {
  const entries = text.split(",").map((entry) => entry.split("="));
  const costs = new Map(entries.map(([key = "", value = ""]) => [key.trim(), Number(value)]));
  if (![...costs.values()].every((value) => value > 0 && Number.isFinite(value))) return undefined;
  const [backward, score, step] = ["backward", "score", "step"].map((key) => costs.get(key));
  if (backward !== undefined && costs.size === 1) return { backward };
  if (score !== undefined && step !== undefined && costs.size === 2) return { score, step };
  return undefined;
}
