import {
  defineSampler,
  selectEvery,
  stateless,
  UnequalError,
  type DatasetFacts,
} from "@unequal/core";
import { z } from "zod";
import { drawDistinct } from "./draw-distinct.js";

const options = z.strictObject({
  classes: z.int().min(2).optional().describe("P; absent: what the batch holds at `each`"),
  each: z
    .int()
    .min(2)
    .optional()
    .describe("K; absent: what the batch holds at P classes, at least 4 where P can give way"),
});

/** Lists the ids of every class of at least two examples. @throws LABELS_MISSING */
function classesOf({ size, labels }: DatasetFacts): readonly Int32Array[] {
  const members = new Map<number, number[]>();
  labels?.forEach((label, id) => {
    const ids = members.get(label) ?? [];
    members.set(label, ids);
    ids.push(id);
  });
  const classes = [...members.values()].filter((ids) => ids.length > 1);
  if (classes.length > 1) return classes.map((ids) => Int32Array.from(ids));
  throw new UnequalError(
    "LABELS_MISSING",
    `The sampler "p-by-k" needs at least two classes of two examples each, but ${labels === undefined ? "the dataset has no labels" : `only ${classes.length} of the ${members.size} classes of the ${size} examples has two`}. Use a dataset whose labels() are classes.`,
  );
}

/** Chooses P and K for a batch of `count` rows. @throws OPTION_INVALID if they do not fit in */
function shapeOf(
  { classes, each }: z.infer<typeof options>,
  count: number,
  available: number,
): { readonly p: number; readonly k: number } {
  const p = Math.min(available, classes ?? Math.max(2, Math.floor(count / (each ?? 4))));
  const k = each ?? Math.max(2, Math.floor(count / p));
  if (p * k <= count) return { p, k };
  throw new UnequalError(
    "OPTION_INVALID",
    `"p-by-k" must fit ${p} classes of ${k} examples into a batch, but the batch is of ${count}. Raise the batch size to at least ${p * k}, or lower "classes" or "each".`,
  );
}

/**
 * Proposes P classes, drawn alike, and K examples of each, so that every row has partners of its class and others to be
 * told from: E[times drawn] = (P/C) · min(K, n)/n for an example of a class of n. A class of fewer than K gives all
 * it has; those of one example, which has no partner, are left out. O(P K) a draw.
 *
 * @throws LABELS_MISSING, OPTION_INVALID
 * @see Hermans et al. 2017, In defense of the triplet loss for person re-identification, §2
 */
export const pByK = defineSampler({
  name: "p-by-k",
  summary: "P classes and K examples of each.",
  paper: "Hermans, Beyer & Leibe 2017 (arXiv 1703.07737), §2",
  defaults: { weighting: "none", gate: "always" },
  options,
  facts: { proposes: true },
  setup: (settings, { random }) => {
    let classes: readonly Int32Array[] = [];
    let population = 0;
    return {
      ...stateless("p-by-k"),
      bind: (facts) => {
        classes = classesOf(facts);
        population = facts.size;
      },
      propose: (count) => {
        const { p, k } = shapeOf(settings, count, classes.length);
        const rows: number[] = [];
        const expected: number[] = [];
        for (const drawn of drawDistinct(classes.length, p, random)) {
          const ids = classes[drawn] as Int32Array;
          const places = drawDistinct(ids.length, k, random);
          for (const place of places) {
            rows.push(ids[place] as number);
            expected.push(((p / classes.length) * places.length) / ids.length);
          }
        }
        return {
          rows: Int32Array.from(rows),
          expected: Float64Array.from(expected),
          planned: rows.length,
          population,
        };
      },
      select: selectEvery,
    };
  },
});
