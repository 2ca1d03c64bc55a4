import {
  defineSampler,
  everyId,
  moment,
  restored,
  scoresOf,
  selectEvery,
  specSchema,
  UnequalError,
  type PartContext,
  type Random,
  type Scorer,
} from "@unequal/core";
import { z } from "zod";
import { observedPool } from "../memory/observed-scores.js";
import { readSignal } from "../scorers/read-signal.js";

const share = z.number().min(0).max(1);
const options = z
  .strictObject({
    keep: share.default(0.5).describe("share of the data that is kept"),
    skip: share.default(0).describe("share at the top of the order that is left out too"),
    order: z
      .enum(["highest", "lowest"])
      .default("highest")
      .describe("which scores come first: the highest are the hardest"),
    scorer: specSchema("scorer").optional().describe('what an example is worth; default "el2n"'),
    signal: z.string().min(1).optional().describe('or a signal, such as scores of "by-id"'),
    at: moment()
      .optional()
      .describe('when the data are scored; default "10ep", "0up" with a signal'),
  })
  .refine(({ keep, skip }) => keep > 0 && keep + skip <= 1 + 1e-9, {
    message: "`keep` must be above 0, and `keep` and `skip` together at most 1",
  })
  .refine(({ scorer, signal }) => scorer === undefined || signal === undefined, {
    message: "give either a `scorer` or the name of a `signal`",
  });
type Options = z.output<typeof options>;

/** What an example is worth, unless another scorer or a signal is named. */
const USUAL = "el2n";

function scorerOf({ scorer = USUAL, signal }: Options, { use }: PartContext): Scorer {
  if (signal === undefined) return use("scorer", scorer);
  return { requires: [signal], score: (pool) => readSignal(pool, signal) };
}

/** Holds what the sampler knows. */
interface Memory {
  /** Ids that are trained on, in the order in which they come, and the position in it. */
  order: Uint32Array;
  position: number;
  /** Scores, [N], while they come in. */
  scores: Float32Array | undefined;
  /** True once some are left out: then nothing is scored any more. */
  pruned: boolean;
}

function createMemory(size: number): Memory {
  const order = everyId(size);
  return { order, position: 0, scores: undefined, pruned: false };
}

function checkScores(scores: Float32Array, ids: Uint32Array): void {
  const row = scores.findIndex((score) => !Number.isFinite(score));
  if (row < 0) return;
  throw new UnequalError(
    "SCORE_NOT_FINITE",
    `Data are pruned by scores that are finite numbers, but example ${ids[row]} scored ${scores[row]}. Look at that example and at the learning rate.`,
  );
}

/** Ranks the ids that have a score, equal ones by id, and cuts the band out that is kept. */
function pruneBy(scores: Float32Array, { keep, skip, order }: Options): Memory {
  const sign = order === "highest" ? -1 : 1;
  const score = (id: number): number => scores[id] as number;
  // examples without a score are those that the trainer leaves out
  const known = Uint32Array.from(scores.keys()).filter((id) => !Number.isNaN(score(id)));
  const ranked = known.sort((a, b) => sign * (score(a) - score(b)) || a - b);
  const count = Math.max(1, Math.round(keep * ranked.length));
  const from = Math.min(Math.round(skip * ranked.length), ranked.length - count);
  return {
    order: ranked.slice(from, from + count),
    position: 0,
    scores: undefined,
    pruned: true,
  };
}

/** Deals ids in random order, without replacement, beginning anew where all were dealt. */
function deal(memory: Memory, count: number, random: Random): Int32Array {
  const { order } = memory;
  return Int32Array.from({ length: count }, () => {
    if (memory.position % order.length === 0) {
      random.shuffle(order);
      memory.position = 0;
    }
    return order[memory.position++] as number;
  });
}

/**
 * Scores the whole data set once, at a given moment, and from then on trains on the best of it alone, all alike: the
 * `keep` N examples of the highest (or lowest) scores that follow on the `skip` N first. Before, all are trained on.
 *
 * Scores come from a scorer and the model of that moment, or are a signal, as `by-id` offers them: the mean over several
 * runs, for instance. What is left out is never seen again: a bias on purpose. Scores must be comparable from pool to
 * pool. O(b) a draw; once O(N) forward passes (for `gradient-norm` also backward ones) and a sort.
 *
 * @throws SCORE_NOT_FINITE naming the example; OPTION_INVALID
 * @see Paul, Ganguli & Dziugaite 2021, Deep learning on a data diet, §3 and §4
 */
export const prune = defineSampler({
  name: "prune",
  summary: "The share of the data with the highest scores, found once, all alike.",
  paper: "Paul, Ganguli & Dziugaite 2021 (arXiv 2107.07075)",
  defaults: { weighting: "none" },
  options,
  facts: ({ scorer = USUAL, signal }, factsOf) => ({
    proposes: true,
    requires: signal === undefined ? factsOf("scorer", scorer).requires : [signal],
  }),
  setup: (settings, context) => {
    const { at = ({ epoch }) => settings.signal !== undefined || epoch >= 10 } = settings;
    const scorer = scorerOf(settings, context);
    let size = 0;
    let memory = createMemory(0);
    return {
      bind: (facts) => {
        ({ size } = facts);
        memory = createMemory(size);
      },
      refresh: (progress) => {
        if (memory.pruned || !at(progress)) return undefined;
        memory.scores = new Float32Array(size).fill(NaN);
        return Uint32Array.from(memory.scores.keys());
      },
      observe: (observation) => {
        const { scores } = memory;
        if (scores === undefined) return;
        const found = scoresOf(scorer, observedPool(observation));
        checkScores(found, observation.ids);
        observation.ids.forEach((id, row) => (scores[id] = found[row] as number));
      },
      propose: (count) => {
        if (memory.scores !== undefined) memory = pruneBy(memory.scores, settings);
        const expected = new Float64Array(count).fill(count / memory.order.length);
        const rows = deal(memory, count, context.random);
        return { rows, expected, planned: count, population: size };
      },
      select: selectEvery,
      state: () => structuredClone({ version: 1, ...memory }),
      restore: (state) => {
        memory = restored<Memory>(state, 1, "prune");
      },
    };
  },
});
