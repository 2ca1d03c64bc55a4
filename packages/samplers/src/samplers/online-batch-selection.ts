import {
  defineSampler,
  everyId,
  exponential,
  periodic,
  restored,
  scheduled,
  selectEvery,
  UnequalError,
  type Observation,
  type Progress,
  type Random,
  type Selection,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { drawIds } from "../draws/distribution.js";
import { createFirstPass, type FirstPass } from "../memory/first-pass.js";
import { geometricRanks } from "../draws/geometric-ranks.js";

const options = z.strictObject({
  pressure: scheduled(z.number().min(1))
    .prefault(exponential(100, 1, "50ep"))
    .describe("s_e; 1 draws uniformly"),
  sortEvery: z.int().positive().default(100).describe("updates between sorts of all losses"),
  recompute: periodic()
    .optional()
    .describe('r_freq: how often the largest losses are computed again, "0.5ep"; default: never'),
  share: z.number().gt(0).max(1).default(1).describe("r_ratio: the share of examples recomputed"),
});

/** Holds what the sampler knows of every example. */
interface Memory {
  /** Latest loss, [N]; infinite before the first. */
  readonly losses: Float32Array;
  readonly firstPass: FirstPass;
  /** Ids by falling loss, [N], and the update at which they were sorted; −1 before the first time. */
  readonly ranked: Uint32Array;
  sortedAt: number;
  /** Periods of `recompute` that had passed when losses were last recomputed. */
  recomputed: number;
}

function createMemory(size: number, random: Random): Memory {
  const ids = everyId(size);
  return {
    losses: new Float32Array(size).fill(Infinity),
    firstPass: createFirstPass(size, random),
    ranked: ids,
    sortedAt: -1,
    recomputed: 0,
  };
}

function rank({ losses, ranked }: Memory): void {
  // examples that were dealt and have no loss yet are those that the trainer leaves out, or is just at
  const loss = (id: number): number => (losses[id] === Infinity ? -1 : (losses[id] as number));
  // equal losses go by id, so that the order is one and the same everywhere
  ranked.sort((a, b) => (loss(a) === loss(b) ? a - b : loss(b) - loss(a)));
}

function drawRanked(
  { ranked }: Memory,
  draw: { readonly count: number; readonly pressure: number; readonly random: Random },
): Selection {
  const ranks = geometricRanks(ranked.length, draw.pressure);
  const drawn = drawIds(ranks, draw.count, draw.random);
  return { ...drawn, rows: drawn.rows.map((rank) => ranked[rank] as number) };
}

/** Notes losses. @throws SCORE_NOT_FINITE naming the example */
function learn({ losses }: Memory, { ids, signals }: Observation): void {
  ids.forEach((id, row) => {
    const loss = signals.loss?.[row] as number;
    if (!Number.isFinite(loss)) {
      throw new UnequalError(
        "SCORE_NOT_FINITE",
        `Losses that examples are ranked by must be finite, but that of example ${id} is ${loss}. Look at that example and at the learning rate.`,
      );
    }
    losses[id] = loss;
  });
}

/** Names the `share` of all examples with the largest losses. The next draw sorts once more, by the new ones. */
function largest(memory: Memory, share: number): Uint32Array {
  rank(memory);
  memory.sortedAt = -1;
  return memory.ranked.slice(0, Math.ceil(share * memory.ranked.length));
}

/**
 * Draws from the whole dataset by the rank of each example's latest loss: p_i ∝ exp(log(s_e)/N)^(−rank_i), rank 1
 * the largest. The first pass deals every example once, in random order (its last batch may be smaller). The
 * pressure s_e decays: s_e = s_0 (s_end/s_0)^(e/e_end), e the epochs made. Losses are those of training passes; with
 * `recompute`, those of the `share` · N highest ranked are also computed again every so often.
 *
 * The paper trains on the drawn examples without weights: the weighting `none`, its default in the command,
 * does so; `unbiased` corrects for the draw. O(b) a draw; every `sortEvery` updates a sort, O(N log N), about 30 ms for
 * 60,000 examples; recomputing takes a forward pass over `share` · N.
 *
 * @throws SCORE_NOT_FINITE naming the example
 * @see Loshchilov & Hutter 2015, Online batch selection for faster training of neural networks, algorithm 1
 */
export const onlineBatchSelection = defineSampler({
  name: "online-batch-selection",
  summary: "Examples of the whole dataset by the rank of their latest loss.",
  paper: "Loshchilov & Hutter 2015 (arXiv 1511.06343)",
  unbiased: true,
  facts: { proposes: true, requires: ["loss"] },
  defaults: { weighting: "none" },
  options,
  setup: ({ pressure, sortEvery, recompute, share }, { random }) => {
    let memory = createMemory(0, random);
    return {
      bind: ({ size }) => {
        memory = createMemory(size, random);
      },
      refresh: (progress) => {
        const due = recompute?.(progress) ?? 0;
        if (due <= memory.recomputed || !memory.firstPass.over()) return undefined;
        memory.recomputed = due;
        return largest(memory, share);
      },
      propose: (count: number, progress: Progress): Selection => {
        const unseen = memory.firstPass.deal(count, (id) => memory.losses[id] !== Infinity);
        if (unseen !== undefined) return unseen;
        const { update } = progress;
        if (memory.sortedAt < 0 || update - memory.sortedAt >= sortEvery) {
          rank(memory);
          memory.sortedAt = update;
        }
        return drawRanked(memory, { count, pressure: pressure(progress), random });
      },
      select: selectEvery,
      observe: (observation) => learn(memory, observation),
      state: () => {
        const { firstPass, ...rest } = memory;
        return structuredClone({ version: 1, firstPass: firstPass.state(), ...rest });
      },
      restore: (state) => {
        type Saved = Omit<Memory, "firstPass"> & { firstPass: State };
        const { firstPass, ...rest } = restored<Saved>(state, 1, "online-batch-selection");
        memory.firstPass.restore(firstPass);
        memory = { ...rest, firstPass: memory.firstPass };
      },
    };
  },
});
