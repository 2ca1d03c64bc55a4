import {
  defineSampler,
  periodic,
  restored,
  selectEvery,
  specSchema,
  type Progress,
  type Sampler,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { drawIds } from "./draws/distribution.js";
import { observedScores, trainedScores } from "./observed-scores.js";
import { createScoreMemory } from "./score-memory.js";
import { upperBound } from "./scorers/upper-bound.js";

/**
 * Draws from the whole dataset by the latest score of each example, as training passes leave it behind:
 * p_i = u/N + (1 − u) s_i / Σs. Examples that no pass has seen count as the mean of the seen. Nothing is scored for it,
 * so its only cost is that scores are old; the share u of uniform draws keeps every weight below 1/u, and brings examples
 * back whose score was small once. `recompute` scores the whole dataset anew every so often. O(b log N) a step.
 *
 * @throws SCORE_NOT_FINITE naming the example; SIGNAL_UNAVAILABLE without `recompute` if training passes do not bring what
 *   the scorer needs
 * @see Katharopoulos & Fleuret's library, HistorySampler
 */
export const history = defineSampler({
  name: "history",
  summary: "Examples of the whole dataset by their latest score, which training left behind.",
  paper: "Katharopoulos & Fleuret 2018, the authors' library",
  unbiased: true,
  options: z.strictObject({
    scorer: specSchema("scorer").optional().describe("what is remembered; default: upper-bound"),
    uniform: z.number().min(0).max(1).default(0.5).describe("u, the share of uniform draws"),
    recompute: periodic()
      .optional()
      .describe('how often all are scored anew: "500up", "2ep"; default: never'),
  }),
  setup: ({ scorer: spec, uniform, recompute }, { random, use }): Sampler => {
    const scorer = use("scorer", spec ?? upperBound());
    let memory = createScoreMemory(1);
    let everyone = new Uint32Array(0);
    let recomputed = 0;
    return {
      scored: false,
      requires: scorer.requires,
      bind: ({ size }) => {
        memory = createScoreMemory(size);
        everyone = Uint32Array.from({ length: size }, (_, id) => id);
      },
      ...(recompute && {
        refresh: (progress: Progress) => {
          const due = recompute(progress);
          if (due <= recomputed) return undefined;
          recomputed = due;
          return everyone;
        },
      }),
      propose: (count) => drawIds(memory.lawOfAll(uniform), count, random),
      select: selectEvery,
      observe: (observation) => {
        const scores =
          recompute === undefined
            ? trainedScores(observation, scorer, "history")
            : observedScores(observation, scorer);
        scores?.forEach((score, row) =>
          memory.set(observation.ids[row] as number, score, observation.version),
        );
      },
      state: () => ({ version: 1, recomputed, memory: memory.state() }),
      restore: (state) => {
        const saved = restored<{ recomputed: number; memory: State }>(state, 1, "history");
        recomputed = saved.recomputed;
        memory.restore(saved.memory);
      },
    };
  },
});
