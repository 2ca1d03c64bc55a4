import {
  restored,
  specSchema,
  UnequalError,
  type Behaviour,
  type DatasetFacts,
  type Facts,
  type Pool,
  type Sampler,
  type State,
} from "@unequal/core";
import { squaredDistances } from "./distances.js";
import { pByK } from "./p-by-k.js";

/** The option of every miner: who proposes the rows that it mines. */
export const ofOption = specSchema("sampler", pByK()).describe(
  "the sampler that proposes the batch to mine in",
);

/** A row of the pool as others are compared with it. */
export interface Anchor {
  readonly row: number;
  /** Other examples of its class. */
  readonly positives: readonly number[];
  /** Examples of other classes. */
  readonly negatives: readonly number[];
  /** Squared distance of the normalised embeddings to each row of the pool, [B]. */
  readonly distances: Float64Array;
}

/** Compares every row of a pool with all others, one anchor after the other. O(B² D). */
export function anchorsOf({ ids, labels, signals }: Pool): readonly Anchor[] {
  const size = ids.length;
  const distances = squaredDistances(signals.embedding ?? [], size);
  const rows = Array.from(ids.keys());
  return rows.map((row) => ({
    row,
    positives: rows.filter((of) => labels?.[of] === labels?.[row] && ids[of] !== ids[row]),
    negatives: rows.filter((of) => labels?.[of] !== labels?.[row]),
    distances: distances.subarray(row * size, (row + 1) * size),
  }));
}

function checkLabels(name: string, { labels }: DatasetFacts): void {
  if (labels !== undefined) return;
  throw new UnequalError(
    "LABELS_MISSING",
    `The sampler "${name}" tells positives from negatives by their classes, but the dataset has no labels. Use a dataset whose labels() are classes.`,
  );
}

/**
 * What a miner of pairs or triplets is, around a sampler that proposes the rows.
 * @throws OPTION_INVALID if that draws by score or mines itself
 */
export function minedFacts(name: string, arity: 2 | 3, inner: Facts<"sampler">): Facts<"sampler"> {
  const { scored } = inner;
  if (!scored && inner.arity === 1) return { ...inner, arity, reads: ["embedding"] };
  throw new UnequalError(
    "OPTION_INVALID",
    `"${name}" mines in what the sampler in its option "of" proposes, but that one ${scored ? "draws by score" : "mines itself"}. Put it around one that names examples, such as "p-by-k".`,
  );
}

/**
 * Makes a sampler that mines groups of rows, by their embeddings, in the batch that an inner sampler proposes (in the
 * dataset's shuffled order where that one proposes nothing). Groups found are all trained on, however many; none
 * skips the update.
 *
 * @throws LABELS_MISSING
 */
export function miner(
  inner: Sampler,
  {
    name,
    arity,
    mine,
  }: {
    readonly name: string;
    readonly arity: 2 | 3;
    /** Finds groups of rows of the pool, one after the other, [G · arity]. */
    readonly mine: (pool: Pool) => readonly number[];
  },
): Behaviour<"sampler"> {
  const { law: _, ...proposer } = inner;
  return {
    ...proposer,
    bind: (facts) => {
      checkLabels(name, facts);
      inner.bind?.(facts);
    },
    select: (pool) => {
      const rows = Int32Array.from(mine(pool));
      const planned = Math.max(1, rows.length / arity);
      return { rows, planned, population: pool.ids.length, arity };
    },
    state: () => ({ version: 1, of: inner.state() }),
    restore: (state) => {
      inner.restore(restored<{ of: State }>(state, 1, name).of);
    },
  };
}
