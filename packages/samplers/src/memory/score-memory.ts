import { restored, type State, type Stateful } from "@unequal/core";
import type { Distribution } from "../draws/distribution.js";
import { createFoldTree, least, type FoldTree } from "./fold-tree.js";
import { createSumTree, type SumTree } from "./sum-tree.js";

/** Remembers the latest score of each example and when it was found, and draws by it. */
export interface ScoreMemory extends Stateful {
  /** Number of examples whose score is known, n. */
  readonly known: () => number;
  /** Mean of the known scores; 0 where there are none. */
  readonly mean: () => number;
  /** Tells whether the score of an example is known. */
  readonly knows: (id: number) => boolean;
  /** Returns the score of an example, the mean of the known ones if it has none. */
  readonly get: (id: number) => number;
  /** Notes a score ≥ 0 that was found after `scoredAt` updates. O(log N). */
  readonly set: (id: number, score: number, scoredAt: number) => void;
  /** Forgets what was found after fewer than `scoredAt` updates. O(log N) for each. */
  readonly forgetBefore: (scoredAt: number) => void;
  /** States p_i = u/N + (1 − u) s_i / Σs, unknown scores at the mean of the known: no weight exceeds 1/u. */
  readonly lawOfAll: (uniform: number) => Distribution;
  /** States p_i = u/N + (1 − u) s_i / Σs over the known alone; where none is above 0, p_i = 1/N. */
  readonly lawOfKnown: (uniform: number) => Distribution;
}

/** Shares of draws by score among the known, and evenly among the unknown; the rest is even among all. */
interface Mixture {
  readonly known: number;
  readonly unknown: number;
}

/** Finds the leaf that holds the root of a tree of minima. */
function firstLeast({ firstLeaf, nodes }: FoldTree): number {
  let node = 1;
  while (node < firstLeaf) node = 2 * node + (nodes[2 * node] === nodes[1] ? 0 : 1);
  return node - firstLeaf;
}

/** What is known of N examples, a slot each. */
interface Trees {
  readonly size: number;
  readonly scores: SumTree;
  /** 1 where no score is known. */
  readonly unknown: SumTree;
  /** Version that each score was found at; infinite where none is known. */
  readonly found: FoldTree;
}

function plant(size: number): Trees {
  const unknown = createSumTree(size);
  for (let id = 0; id < size; id++) unknown.set(id, 1);
  const found = createFoldTree(size, least);
  return { size, scores: createSumTree(size), unknown, found };
}

/** States the law of a mixture; all alike where no score is above 0. */
function mixed({ size, scores, unknown }: Trees, mixture: Mixture): Distribution {
  const total = scores.whole();
  const left = unknown.whole();
  const { known: byScore, unknown: evenly } = total > 0 ? mixture : { known: 0, unknown: 0 };
  const even = (1 - byScore - evenly) / size;
  return {
    size,
    probability: (id) =>
      even +
      (byScore > 0 ? (byScore * scores.get(id)) / total : 0) +
      (evenly > 0 ? (evenly * unknown.get(id)) / left : 0),
    draw: (random) => {
      const chance = random.uniform();
      if (chance < byScore) return scores.find(random.uniform() * total);
      if (chance < byScore + evenly) return unknown.find(random.uniform() * left);
      return random.integer(size);
    },
  };
}

function stateOf({ size, scores, found }: Trees): State {
  const read = (get: (id: number) => number): Float64Array =>
    Float64Array.from({ length: size }, (_, id) => get(id));
  return { version: 1, scores: read(scores.get), found: read(found.get) };
}

/** Creates a memory of N examples, none known yet. Three trees of 2N float64; a draw takes O(log N). */
export function createScoreMemory(size: number): ScoreMemory {
  const trees = plant(size);
  const { scores, unknown, found } = trees;
  const known = (): number => size - unknown.whole();
  const mean = (): number => (known() === 0 ? 0 : scores.whole() / known());
  const knows = (id: number): boolean => unknown.get(id) === 0;
  const put = (id: number, score: number, scoredAt: number): void => {
    scores.set(id, score);
    unknown.set(id, scoredAt === Infinity ? 1 : 0);
    found.set(id, scoredAt);
  };
  return {
    known,
    mean,
    knows,
    get: (id) => (knows(id) ? scores.get(id) : mean()),
    set: put,
    forgetBefore: (scoredAt) => {
      while (found.whole() < scoredAt) put(firstLeast(found), 0, Infinity);
    },
    lawOfAll: (uniform) => {
      const share = known() / size;
      return mixed(trees, { known: (1 - uniform) * share, unknown: (1 - uniform) * (1 - share) });
    },
    lawOfKnown: (uniform) => mixed(trees, { known: 1 - uniform, unknown: 0 }),
    state: () => stateOf(trees),
    restore: (state) => {
      const saved = restored<{ scores: Float64Array; found: Float64Array }>(state, 1, "scores");
      saved.scores.forEach((score, id) => put(id, score, saved.found[id] as number));
    },
  };
}
