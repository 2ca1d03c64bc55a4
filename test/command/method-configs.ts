import type { Kind } from "@unequal/core";
import { TINY } from "./workplace.js";

const mines = { model: { name: "embedding", hidden: [16], units: 8 } };

/** What a part needs in addition to its name: options of its own, or other parts. */
const NEEDS: Readonly<Record<string, object>> = {
  "sampler additive": { sampler: { name: "additive", of: "proportional", constant: 0.1 } },
  "sampler adaptive": { sampler: { name: "adaptive", of: "proportional" } },
  "sampler power": { sampler: { name: "power", of: "proportional" } },
  "sampler prune": { sampler: { name: "prune", scorer: "el2n", keep: 0.5, at: "4up" } },
  "sampler all-triplets": mines,
  "sampler batch-hard": mines,
  "sampler hard-pairs": mines,
  "sampler hard-triplets": mines,
  "sampler semi-hard": mines,
  "scorer rho-loss": {
    sampler: "top-loss",
    signals: [{ name: "by-id", signal: "irreducible-loss", file: "zeros.json" }],
  },
  "estimator contrastive": { ...mines, sampler: "hard-pairs" },
  "estimator triplet": { ...mines, sampler: "batch-hard" },
  "gate all": { gate: { name: "all", of: ["always"] } },
  "gate any": { gate: { name: "any", of: ["always"] } },
  "gate not": { gate: { name: "not", of: "never" } },
  "gate recorded": { gate: { name: "recorded", switches: [3, 7] } },
  "gate warm-up": { gate: { name: "warm-up", updates: 4 } },
  "sizer fixed": { sizer: { name: "fixed", candidates: 40, count: 16 } },
};

/** A short run with a part, and what that needs. */
export function configOf(kind: Kind, name: string): object {
  return { ...TINY, maxSteps: 24, [kind]: name, ...NEEDS[`${kind} ${name}`] };
}
