import {
  defineSampler,
  restored,
  selectEvery,
  specSchema,
  UnequalError,
  type Pool,
  type Random,
  type Sampler,
  type Selection,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { observedScores } from "../memory/observed-scores.js";
import { proportional } from "./proportional.js";
import { upperBound } from "../scorers/upper-bound.js";

/** Ids dealt without replacement in a random order, and the candidates scored last. */
interface Memory {
  readonly order: Uint32Array;
  position: number;
  /** Number of candidates asked for. */
  wanted: number;
  ids: number[];
  scores: number[];
  /** Update at which they were asked for; −1 before the first time. */
  scoredAt: number;
}

function createMemory(size: number, random: Random): Memory {
  const order = random.shuffle(Uint32Array.from({ length: size }, (_, id) => id));
  return { order, position: 0, wanted: 0, ids: [], scores: [], scoredAt: -1 };
}

/** Deals the next ids of the order, no id twice in one pool, and forgets the former pool. */
function dealPool(memory: Memory, candidates: number, random: Random): Uint32Array {
  const { order } = memory;
  const wanted = Math.min(candidates, order.length);
  if (memory.position + wanted > order.length) {
    random.shuffle(order);
    memory.position = 0;
  }
  memory.position += wanted;
  Object.assign(memory, { wanted, ids: [], scores: [] });
  return order.slice(memory.position - wanted, memory.position);
}

function poolOf({ ids, scores, scoredAt }: Memory): Pool {
  return {
    ids: Uint32Array.from(ids),
    keys: new Uint32Array(ids.length),
    weights: new Float32Array(ids.length).fill(1),
    signals: {},
    scores: Float32Array.from(scores),
    scoredAt,
  };
}

/** Names the rows of a selection by id: an id is a candidate with chance B/N, and then expected as the draw has it. */
function asIds({ rows, expected }: Selection, { ids, order }: Memory): Selection {
  return {
    rows: rows.map((row) => ids[row] as number),
    ...(expected && { expected: expected.map((e) => (e * ids.length) / order.length) }),
    planned: rows.length,
    population: order.length,
  };
}

/** @throws OPTION_INVALID */
function checkInner(inner: Sampler): void {
  if (inner.scored && inner.propose === undefined) return;
  throw new UnequalError(
    "OPTION_INVALID",
    'The sampler in the option "of" of "every-n" must draw from a pool by score, such as "proportional".',
  );
}

/**
 * Scores B candidates once and draws n batches from them: the scoring of an importance step at 1/n of its cost, with
 * scores up to n − 1 updates old. The first batch of each pool is drawn without bias; later ones come from the same
 * candidates, which the parameters have meanwhile been fitted to, so the claim is not made for them.
 *
 * Cost: a forward pass over B every n updates, and the b rows are loaded once more.
 *
 * @throws OPTION_INVALID if the inner sampler does not draw by score; SCORE_NOT_FINITE naming the example
 * @see Katharopoulos & Fleuret 2018, algorithm 1, whose scores it uses n times
 */
export const everyN = defineSampler({
  name: "every-n",
  summary: "Batches drawn by score from candidates that are scored every n updates.",
  paper: "Katharopoulos & Fleuret 2018 (arXiv 1803.00942), algorithm 1",
  options: z.strictObject({
    of: specSchema("sampler", proportional()).describe("draws by score"),
    scorer: specSchema("scorer", upperBound()).describe("scores candidates"),
    updates: z.int().positive().default(2).describe("n, batches drawn from one pool"),
    candidates: z.int().positive().default(640).describe("B, at most the whole dataset"),
  }),
  facts: ({ scorer }, factsOf) => ({
    proposes: true,
    requires: factsOf("scorer", scorer).requires,
  }),
  setup: ({ of, scorer: spec, updates, candidates }, { random, use }) => {
    const inner = use("sampler", of);
    const scorer = use("scorer", spec);
    checkInner(inner);
    let memory = createMemory(1, random);
    const take = (ids: Uint32Array, scores: ArrayLike<number>): void => {
      memory.ids.push(...ids);
      memory.scores.push(...Array.from(scores));
    };
    return {
      bind: ({ size }) => void (memory = createMemory(size, random)),
      refresh: ({ update }) => {
        if (memory.scoredAt >= 0 && update - memory.scoredAt < updates) return undefined;
        memory.scoredAt = update;
        return dealPool(memory, candidates, random);
      },
      propose: (count, progress) => {
        // Who asks without a refresh gets candidates that count alike.
        if (memory.ids.length === 0) {
          const ids = dealPool(memory, candidates, random);
          take(ids, new Float32Array(ids.length).fill(1));
        }
        return asIds(inner.select(poolOf(memory), count, progress), memory);
      },
      select: selectEvery,
      observe: (observation) => {
        // Rows trained on, which have coefficients, are not those asked for: not even where some of these could not be scored.
        if (observation.coefficients !== undefined || memory.ids.length === memory.wanted) return;
        const scores = observedScores(observation, scorer);
        if (scores !== undefined) take(observation.ids, scores);
      },
      state: () => ({ version: 1, of: inner.state(), ...structuredClone(memory) }),
      restore: (state) => {
        const { of: saved, ...rest } = restored<Memory & { of: State }>(state, 1, "every-n");
        inner.restore(saved);
        memory = rest;
      },
    };
  },
});
