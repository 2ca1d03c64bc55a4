import { defineSampler } from "@unequal/core";
import { z } from "zod";
import { minedFacts, miner, ofOption, type Anchor } from "./miner.js";
import { least, pairsByGap, tripletsOf } from "./triplets.js";

const options = z.strictObject({
  of: ofOption,
  margin: z.number().positive().default(0.2).describe("as in the estimator"),
  negatives: z
    .enum(["one", "all"])
    .default("one")
    .describe("for each pair of anchor and positive, the nearest such negative, or all of them"),
  fallback: z
    .enum(["farthest", "none"])
    .default("farthest")
    .describe("where no negative is farther than the positive: the farthest one, or no triplet"),
});

/** Chooses, for each positive, the nearest negative beyond it, or the farthest where none is beyond. */
function nearestBeyond(
  { positives, negatives, distances }: Anchor,
  { margin, fallback }: z.output<typeof options>,
): readonly (readonly [number, number])[] {
  const to = (row: number): number => distances[row] as number;
  return positives.flatMap((positive) => {
    const beyond = negatives.filter((row) => to(row) > to(positive));
    const nearest = least(beyond, to);
    if (nearest !== undefined)
      return to(nearest) - to(positive) <= margin ? [[positive, nearest] as const] : [];
    const farthest = fallback === "farthest" ? least(negatives, (row) => -to(row)) : undefined;
    return farthest === undefined ? [] : [[positive, farthest] as const];
  });
}

/** Chooses, for each positive, every negative beyond it within the margin, or the farthest where none is beyond. */
function allBeyond(
  anchor: Anchor,
  settings: z.output<typeof options>,
): readonly (readonly [number, number])[] {
  const beyond = pairsByGap(anchor, (gap) => gap > 0 && gap <= settings.margin);
  const rescued = nearestBeyond(anchor, { ...settings, margin: 0 });
  return [...beyond, ...rescued];
}

/**
 * Mines, for every pair of anchor and positive in the batch, negatives that are farther than the positive, but by less
 * than the margin: 0 < d(a,n) − d(a,p) ≤ margin, d squared distances of normalised embeddings. Where no negative is
 * farther than the positive it takes the farthest. O(B² D + P B²), P positives of an anchor.
 *
 * @throws LABELS_MISSING, OPTION_INVALID
 * @see Schroff et al. 2015, FaceNet, eq. 4
 */
export const semiHard = defineSampler({
  name: "semi-hard",
  summary:
    "Triplets of a P×K batch whose negative is farther than the positive, within the margin.",
  paper: "Schroff, Kalenichenko & Philbin 2015 (arXiv 1503.03832), eq. 4",
  defaults: { weighting: "none", gate: "always", estimator: "triplet" },
  options,
  facts: ({ of }, factsOf) => minedFacts("semi-hard", 3, factsOf("sampler", of)),
  setup: (settings, { use }) => {
    const choose = settings.negatives === "one" ? nearestBeyond : allBeyond;
    return miner(use("sampler", settings.of), {
      name: "semi-hard",
      arity: 3,
      mine: (pool) => tripletsOf(pool, (anchor) => choose(anchor, settings)),
    });
  },
});
