import {
  defineSampler,
  everyId,
  restored,
  scheduled,
  selectEvery,
  specSchema,
  type Progress,
  type Random,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { drawIds } from "../draws/distribution.js";
import { observedScores } from "../memory/observed-scores.js";
import { createScoreMemory, type ScoreMemory } from "../memory/score-memory.js";
import { gradientNorm } from "../scorers/gradient-norm.js";
import { secondMoments } from "../memory/second-moments.js";

const options = z.strictObject({
  scorer: specSchema("scorer", gradientNorm()).describe("what is remembered"),
  share: z
    .number()
    .min(0)
    .max(1)
    .default(0.002)
    .describe("share of the dataset that is scored again before each step"),
  constant: scheduled(z.number().nonnegative())
    .prefault(1)
    .describe("c, in the unit of the scores"),
  staleness: z
    .int()
    .positive()
    .optional()
    .describe("updates that a score is valid for; default: however old"),
});

/** Deals ids in one random order, over and over. */
interface Rotation {
  readonly order: Uint32Array;
  position: number;
}

function deal(rotation: Rotation, count: number): Uint32Array {
  const { order, position } = rotation;
  rotation.position = (position + count) % order.length;
  return Uint32Array.from(
    { length: count },
    (_, at) => order[(position + at) % order.length] as number,
  );
}

/** What the sampler remembers. */
interface Store {
  readonly memory: ScoreMemory;
  readonly rotation: Rotation;
}

function createStore(size: number, random: Random): Store {
  const ids = everyId(size);
  return { memory: createScoreMemory(size), rotation: { order: random.shuffle(ids), position: 0 } };
}

/** Compares norms just found with the smoothed ones that are drawn by. */
function figuresOf(
  { memory, rotation }: Store,
  ids: Uint32Array,
  { norms, constant }: { readonly norms: Float32Array; readonly constant: number },
): Record<string, number> {
  const weights = Float64Array.from(ids, (id) => memory.get(id) + constant);
  const known = memory.known() / rotation.order.length;
  return { ...secondMoments(Float64Array.from(norms), weights), known };
}

function stateOf({ memory, rotation: { order, position } }: Store): State {
  return { version: 1, memory: memory.state(), order: order.slice(), position };
}

function restoreInto({ memory, rotation }: Store, state: State): void {
  const saved = restored<Rotation & { memory: State }>(state, 1, "stale-norms");
  memory.restore(saved.memory);
  rotation.order.set(saved.order);
  rotation.position = saved.position;
}

/**
 * Draws from the whole dataset by stale norms of gradients with additive smoothing, p_i ∝ s_i + c: distributed importance
 * sampling on a single machine, where the next examples of a rotation over the dataset are scored before each step,
 * instead of by workers next to it. Scores of training passes are taken too, where they are free. Examples whose score
 * is unknown, or older than `staleness` updates, count as the mean of the others. With m that mean,
 * p_i = u/N + (1 − u) s_i/Σs, u = c/(m + c): like `history`, but u grows as the norms shrink.
 *
 * Emits `part:figures`: `ideal`, `stale` and `uniform`, √Tr Σ(q) of these proposals but for ‖μ‖², and `known`, the share of
 * scores that are valid. Cost: gradient norms of `share` · N examples a step, and O(b log N).
 *
 * @throws SCORE_NOT_FINITE naming the example
 * @see Alain et al. 2015, Variance reduction in SGD by distributed importance sampling, §4
 */
export const staleNorms = defineSampler({
  name: "stale-norms",
  summary: "Examples by stale norms of their gradients, some of them renewed at each step.",
  paper: "Alain et al. 2015 (arXiv 1511.06481)",
  unbiased: true,
  options,
  facts: ({ scorer }, factsOf) => ({
    proposes: true,
    requires: factsOf("scorer", scorer).requires,
  }),
  setup: (settings, { random, events, use }) => {
    const scorer = use("scorer", settings.scorer);
    let store = createStore(1, random);
    // unknown until the first importance step: figures are of what is drawn by
    let drawnWith: number | undefined;
    const begin = (progress: Progress): number => {
      store.memory.forgetBefore(progress.update - (settings.staleness ?? Infinity));
      return (drawnWith = settings.constant(progress));
    };
    return {
      bind: ({ size }) => void (store = createStore(size, random)),
      refresh: (progress) => {
        begin(progress);
        const count = Math.ceil(settings.share * store.rotation.order.length);
        return count === 0 ? undefined : deal(store.rotation, count);
      },
      propose: (count, progress) => {
        const constant = begin(progress);
        const { memory } = store;
        const total = memory.mean() + constant;
        return drawIds(memory.lawOfAll(total === 0 ? 0 : constant / total), count, random);
      },
      select: selectEvery,
      observe: (observation) => {
        const { ids, proposed, scoredAt } = observation;
        const norms = observedScores(observation, scorer);
        if (norms === undefined) return;
        // Rows that were not proposed were not chosen by their scores: they stand for the dataset.
        const constant = drawnWith;
        if (proposed === undefined && constant !== undefined) {
          const figures = (): Record<string, number> => figuresOf(store, ids, { norms, constant });
          events.emit("part:figures", () => ({ part: "stale-norms", figures: figures() }));
        }
        norms.forEach((norm, row) => store.memory.set(ids[row] as number, norm, scoredAt));
      },
      state: () => stateOf(store),
      restore: (state) => restoreInto(store, state),
    };
  },
});
