import { defineSampler, restored, scheduled, UnequalError, type Pool } from "@unequal/core";
import { z } from "zod";

/** The last R scores, in a ring. */
interface History {
  readonly ring: Float32Array;
  /** Where the next goes. */
  next: number;
  /** How many there are, at most R. */
  held: number;
}

function remember(history: History, scores: Float32Array): void {
  const { ring } = history;
  for (const score of scores) {
    ring[history.next] = score;
    history.next = (history.next + 1) % ring.length;
    history.held = Math.min(history.held + 1, ring.length);
  }
}

/** Counts the numbers, sorted, that are at most `value`. */
function countUpTo(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Computes the share of the history that is at most as large as each score, [B], above 0: a score is in it itself. */
function percentiles({ ring, held }: History, scores: Float32Array): Float64Array {
  const sorted = ring.slice(0, held).sort();
  return Float64Array.from(scores, (score) => Math.max(1, countUpTo(sorted, score)) / held);
}

function scoresOf({ scores }: Pool): Float32Array {
  if (scores !== undefined) return scores;
  throw new UnequalError(
    "SCORER_MISSING",
    'The sampler "selective-backprop" keeps candidates by score, but the pool has no scores. Give the trainer a scorer, such as "loss".',
  );
}

/**
 * Keeps each candidate with probability P_i = F(ℓ_i)^β, independently of the others: F is the distribution of the last R
 * losses, those of the pool included. About B/(β + 1) are kept. Of more than b, b are drawn at random; the paper's
 * queue would train the rest in the next batch. Fewer than b make a smaller batch, where the queue would wait for more.
 *
 * The paper trains without weights, as `none` does, its default in the command. Under `unbiased` rows count
 * 1/(B P_i), times kept/b where b were drawn of more: two-phase sampling, so unbiased. Any scorer may stand for the loss.
 * O(R log R + B log R) a draw.
 *
 * @throws SCORER_MISSING
 * @see Jiang et al. 2019, Accelerating deep learning by focusing on the biggest losers, algorithm 1
 */
export const selectiveBackprop = defineSampler({
  name: "selective-backprop",
  summary: "Each candidate with the percentile of its loss, to a power, as probability.",
  paper: "Jiang et al. 2019 (arXiv 1910.00762)",
  unbiased: true,
  defaults: { scorer: "loss", weighting: "none", gate: "always" },
  options: z.strictObject({
    beta: scheduled(z.number().nonnegative())
      .prefault(1)
      .describe("β: about 1/(β + 1) of the candidates are kept"),
    history: z.int().positive().default(1024).describe("R, how many losses back"),
  }),
  facts: { scored: true },
  setup: ({ beta, history }, { random }) => {
    let memory: History = { ring: new Float32Array(history), next: 0, held: 0 };
    return {
      select: (pool, count, progress) => {
        const scores = scoresOf(pool);
        remember(memory, scores);
        const power = beta(progress);
        const p = percentiles(memory, scores).map((percentile) => percentile ** power);
        const kept = Int32Array.from(p.keys()).filter(
          (row) => random.uniform() < (p[row] as number),
        );
        const rows = kept.length > count ? random.shuffle(kept).slice(0, count) : kept;
        const share = rows.length / kept.length;
        return {
          rows,
          expected: Float64Array.from(rows, (row) => share * (p[row] as number)),
          planned: rows.length > 0 ? rows.length : count,
          population: p.length,
        };
      },
      state: () => structuredClone({ version: 1, ...memory }),
      restore: (state) => {
        memory = restored<History>(state, 1, "selective-backprop");
      },
    };
  },
});
