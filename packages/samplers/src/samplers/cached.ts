import { defineSampler, restored, selectEvery, specSchema, type State } from "@unequal/core";
import { z } from "zod";
import { drawIds } from "../draws/distribution.js";
import { trainedScores } from "../memory/observed-scores.js";
import { createScoreMemory } from "../memory/score-memory.js";
import { loss } from "../scorers/loss.js";

/**
 * Draws by recent scores alone: those that training passes found within the last `staleness` updates are cached, and
 * p_i = u/N + (1 − u) (s_i + c)/S for these, S their sum, and u/N for all others: p_i ∝ 1 + a N (s_i + c)/S and ∝ 1, with
 * a = (1 − u)/u. Half of the draws, with u = ½, go over the last few batches again. O(b log N) a step.
 *
 * @throws SCORE_NOT_FINITE naming the example; SIGNAL_UNAVAILABLE if training passes do not bring what the scorer needs
 * @see Katharopoulos & Fleuret's library, CacheSampler
 */
export const cached = defineSampler({
  name: "cached",
  summary: "Recently trained examples by their score, mixed with uniform draws.",
  paper: "Katharopoulos & Fleuret 2018, the authors' library",
  unbiased: true,
  options: z.strictObject({
    scorer: specSchema("scorer", loss()).describe("what is cached"),
    staleness: z.int().positive().default(4).describe("updates that a score is valid for"),
    uniform: z.number().gt(0).max(1).default(0.5).describe("u, the share of uniform draws"),
    constant: z.number().nonnegative().default(0.2).describe("c, in the unit of the scores"),
  }),
  facts: ({ scorer }, factsOf) => ({
    proposes: true,
    requires: factsOf("scorer", scorer).requires,
  }),
  setup: ({ scorer: spec, staleness, uniform, constant }, { random, use }) => {
    const scorer = use("scorer", spec);
    let memory = createScoreMemory(1);
    return {
      bind: ({ size }) => {
        memory = createScoreMemory(size);
      },
      propose: (count, { update }) => {
        memory.forgetBefore(update - staleness);
        return drawIds(memory.lawOfKnown(uniform), count, random);
      },
      select: selectEvery,
      observe: (observation) => {
        const { ids, scoredAt } = observation;
        trainedScores(observation, scorer, "cached").forEach((score, row) =>
          memory.set(ids[row] as number, score + constant, scoredAt),
        );
      },
      state: () => ({ version: 1, memory: memory.state() }),
      restore: (state) => memory.restore(restored<{ memory: State }>(state, 1, "cached").memory),
    };
  },
});
