import {
  defineSampler,
  everyId,
  periodic,
  restored,
  selectEvery,
  specSchema,
  type Progress,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { drawIds } from "../draws/distribution.js";
import { observedScores, trainedScores } from "../memory/observed-scores.js";
import { createScoreMemory, type ScoreMemory } from "../memory/score-memory.js";
import { upperBound } from "../scorers/upper-bound.js";
import { createUniformShare, type UniformShare } from "../memory/uniform-share.js";

const options = z.strictObject({
  scorer: specSchema("scorer", upperBound()).describe("what is remembered"),
  uniform: z.number().min(0).max(1).default(0.5).describe("least share u of uniform draws"),
  adaptive: z.boolean().default(true).describe("whether u rises where memory proves wrong"),
  momentum: z.number().gt(0).lt(1).default(0.99).describe("α of the averages that u goes by"),
  recompute: periodic()
    .optional()
    .describe('how often all are scored again: "500up", "2ep"; default: never'),
});

/** What the sampler remembers. */
interface Store {
  readonly everyone: Uint32Array;
  readonly memory: ScoreMemory;
  readonly share: UniformShare;
  /** How many times all were scored anew, or should have been. */
  recomputed: number;
}

function createStore(size: number, share: UniformShare): Store {
  const everyone = everyId(size);
  return { everyone, memory: createScoreMemory(size), share, recomputed: 0 };
}

/** Names all ids if they are due to be scored anew: once, however often they were due. */
function dueIds(store: Store, due: number): Uint32Array | undefined {
  if (due <= store.recomputed) return undefined;
  store.recomputed = due;
  return store.everyone;
}

function figuresOf({ everyone, memory, share }: Store): Record<string, number> {
  const known = memory.known() / everyone.length;
  const tau = share.tau();
  return { uniform: share.inUse(), known, ...(tau !== undefined && { tau }) };
}

function stateOf({ recomputed, memory, share }: Store): State {
  return { version: 2, recomputed, memory: memory.state(), share: share.state() };
}

function restoreInto(store: Store, state: State): void {
  const saved = restored<{ recomputed: number; memory: State; share: State }>(state, 2, "history");
  store.recomputed = saved.recomputed;
  store.memory.restore(saved.memory);
  store.share.restore(saved.share);
}

/**
 * Draws from the whole dataset by the latest score of each example, as training passes leave it behind:
 * p_i = u/N + (1 − u) s_i / Σs. Examples that no pass has seen count as the mean of the seen. Nothing is scored for it,
 * so its only cost is that scores are old; the share u of uniform draws keeps every weight below 1/u, and brings examples
 * back whose score was small once. u rises from `uniform` as far as remembered scores are found to disagree with those
 * of the rows trained on. `recompute` scores the whole dataset again every so often. O(b log N) a step.
 *
 * Emits `part:figures` with each proposal: `uniform`, the share u in use; `known`, the share of examples whose score is
 * remembered; and once there is evidence `tau`, how many times larger a uniform batch would have to be.
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
  options,
  facts: ({ scorer }, factsOf) => ({
    proposes: true,
    requires: factsOf("scorer", scorer).requires,
  }),
  setup: ({ scorer: spec, uniform, adaptive, momentum, recompute }, { random, events, use }) => {
    const scorer = use("scorer", spec);
    const share = createUniformShare({ least: uniform, momentum });
    let store = createStore(1, share);
    return {
      bind: ({ size }) => void (store = createStore(size, share)),
      ...(recompute && {
        refresh: (progress: Progress) => dueIds(store, recompute(progress)),
      }),
      propose: (count) => {
        if (adaptive)
          events.emit("part:figures", () => ({ part: "history", figures: figuresOf(store) }));
        return drawIds(store.memory.lawOfAll(share.inUse()), count, random);
      },
      select: selectEvery,
      observe: (observation) => {
        const { ids, scoredAt } = observation;
        const scores =
          recompute === undefined
            ? trainedScores(observation, scorer, "history")
            : observedScores(observation, scorer);
        if (scores === undefined) return;
        if (adaptive) share.learn(observation, scores, store.memory);
        scores.forEach((score, row) => store.memory.set(ids[row] as number, score, scoredAt));
      },
      state: () => stateOf(store),
      restore: (state) => restoreInto(store, state),
    };
  },
});
