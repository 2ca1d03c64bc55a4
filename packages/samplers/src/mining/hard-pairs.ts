import { defineSampler, type Random } from "@unequal/core";
import { z } from "zod";
import { drawDistinct } from "./draw-distinct.js";
import { anchorsOf, minedFacts, miner, ofOption, type Anchor } from "./miner.js";

type Pair = readonly [first: number, second: number, distance: number];

/** Lists every pair once, with its distance. */
function pairsOf(
  anchors: readonly Anchor[],
  partners: (anchor: Anchor) => readonly number[],
): readonly Pair[] {
  return anchors.flatMap((anchor) =>
    partners(anchor)
      .filter((row) => row > anchor.row)
      .map((row) => [anchor.row, row, anchor.distances[row] as number] as const),
  );
}

function draw(pairs: readonly Pair[], count: number, random: Random): readonly Pair[] {
  return Array.from(drawDistinct(pairs.length, count, random), (at) => pairs[at] as Pair);
}

/** Keeps one of `ratio` pairs, at least one: the first by `before`. */
function hardest(
  pairs: readonly Pair[],
  ratio: number,
  before: (a: Pair, b: Pair) => number,
): readonly Pair[] {
  return [...pairs].sort(before).slice(0, Math.ceil(pairs.length / ratio));
}

/**
 * Mines the hardest pairs: of the batch's s positive pairs the s/r₊ farthest, and of as many negative pairs, drawn at
 * random, the s/r₋ nearest, d squared distances of normalised embeddings. Pairs are (first, second), each once.
 * O(B² D + B² log B).
 *
 * @throws LABELS_MISSING, OPTION_INVALID
 * @see Simo-Serra et al. 2015, Discriminative learning of deep convolutional feature point descriptors, §3.3
 */
export const hardPairs = defineSampler({
  name: "hard-pairs",
  summary: "The farthest positive pairs and the nearest negative pairs of a P×K batch.",
  paper: "Simo-Serra et al. 2015 (arXiv 1412.6537), §3.3",
  defaults: { weighting: "none", gate: "always", estimator: "contrastive" },
  options: z.strictObject({
    of: ofOption,
    positives: z.number().min(1).default(4).describe("r₊: one of so many positive pairs is kept"),
    negatives: z.number().min(1).default(4).describe("r₋: one of so many negative pairs is kept"),
  }),
  facts: ({ of }, factsOf) => minedFacts("hard-pairs", 2, factsOf("sampler", of)),
  setup: ({ of, positives, negatives }, { use, random }) =>
    miner(use("sampler", of), {
      name: "hard-pairs",
      arity: 2,
      mine: (pool) => {
        const anchors = anchorsOf(pool);
        const alike = pairsOf(anchors, (anchor) => anchor.positives);
        const others = pairsOf(anchors, (anchor) => anchor.negatives);
        const drawn = draw(others, alike.length, random);
        return [
          ...hardest(alike, positives, (a, b) => b[2] - a[2]),
          ...hardest(drawn, negatives, (a, b) => a[2] - b[2]),
        ].flatMap(([first, second]) => [first, second]);
      },
    }),
});
