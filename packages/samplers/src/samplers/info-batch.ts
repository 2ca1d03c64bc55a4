import {
  defineSampler,
  moment,
  restored,
  scheduled,
  selectEvery,
  type Observation,
  type Random,
  type Selection,
} from "@unequal/core";
import { z } from "zod";

const options = z.strictObject({
  share: scheduled(z.number().min(0).lt(1))
    .prefault(0.5)
    .describe("r: the share of the below-mean examples that a pass leaves out"),
  until: moment().prefault("0.875dur").describe("δ: passes that begin later leave nothing out"),
  drop: z
    .enum(["exact", "independent"])
    .default("exact")
    .describe("exactly ⌊r n⌋ of n, or each with probability r"),
  scaling: z
    .enum(["sum", "mean"])
    .default("sum")
    .describe(
      "what keeps its expectation: the sum of a pass's gradients, or the mean of a batch's",
    ),
});

/** Holds what the sampler knows. */
interface Memory {
  /** Latest loss of each example, [N]; NaN before the first. */
  readonly losses: Float32Array;
  /** Ids of the present pass, [n'], in the order in which they come, and the chance that each had to be among them. */
  order: Uint32Array;
  chances: Float64Array;
  position: number;
}

function createMemory(size: number): Memory {
  return {
    losses: new Float32Array(size).fill(NaN),
    order: new Uint32Array(0),
    chances: new Float64Array(0),
    position: 0,
  };
}

/** Computes the mean of the losses that are known, as a float: equal losses are not below it by rounding. */
function meanOf(losses: Float32Array): number {
  const known = losses.filter((loss) => !Number.isNaN(loss));
  return Math.fround(known.reduce((sum, loss) => sum + loss, 0) / known.length);
}

/** Leaves some ids out; returns those kept, and the chance that each of all had to be. */
function dropSome(
  ids: Uint32Array,
  {
    share,
    exact,
    random,
  }: { readonly share: number; readonly exact: boolean; readonly random: Random },
): { readonly kept: Uint32Array; readonly chance: number } {
  if (!exact) return { kept: ids.filter(() => random.uniform() >= share), chance: 1 - share };
  const kept = ids.length - Math.floor(share * ids.length);
  return { kept: random.shuffle(ids).slice(0, kept), chance: kept / ids.length };
}

/** Begins a pass: all examples, but for some of those whose latest loss is below the mean. */
function beginPass(
  memory: Memory,
  how: { readonly share: number; readonly exact: boolean; readonly random: Random },
): void {
  const { losses } = memory;
  const mean = meanOf(losses);
  // examples without a loss are not below any mean
  const below = (id: number): boolean => (losses[id] as number) < mean;
  const ids = Uint32Array.from(losses.keys());
  const { kept, chance } = dropSome(ids.filter(below), how);
  memory.order = how.random.shuffle(Uint32Array.from([...ids.filter((id) => !below(id)), ...kept]));
  memory.chances = Float64Array.from(memory.order, (id) => (below(id) ? chance : 1));
  memory.position = 0;
}

function learn({ losses }: Memory, { ids, signals }: Observation): void {
  ids.forEach((id, row) => {
    losses[id] = signals.loss?.[row] ?? NaN;
  });
}

/** Deals the next ids of the pass: each is expected q · b/n' times, or as the pass were whole, q · b/N. */
function deal(memory: Memory, count: number, scaling: "sum" | "mean"): Selection {
  const { order, chances, position, losses } = memory;
  const end = Math.min(position + count, order.length);
  memory.position = end;
  const planned = end - position;
  const population = losses.length;
  const length = scaling === "sum" ? population : order.length;
  return {
    rows: Int32Array.from(order.subarray(position, end)),
    expected: chances.slice(position, end).map((chance) => (chance * planned) / length),
    planned,
    population,
  };
}

/**
 * Trains on passes that leave out a share r of the examples whose latest loss is below the mean, and counts the rest of
 * those 1/q, q = 1 − r the chance to be kept; (n − k)/n where exactly k of n are left out. The first pass, and those
 * that begin after `until`, are whole. The weighting `unbiased`, its default, makes these weights, under `scaling`
 *
 * - `sum`: 1/q, as in the paper. The sum over a pass of n' examples has the expectation of a whole pass's; a batch's
 *   mean is N/n' times as large as a uniform batch's, because the expectations stated are those of a pass of N;
 * - `mean`: (n'/N)/q. A batch's mean has the expectation of a uniform batch's; a pass is that much shorter.
 *
 * Either holds over the passes that may be dealt; within one, as in all training without replacement, what has come
 * does not come again. The last batch of a pass may be smaller. O(b) a draw, O(N) a pass.
 *
 * @see Qin et al. 2024, InfoBatch: lossless training speed up by unbiased dynamic data pruning
 */
export const infoBatch = defineSampler({
  name: "info-batch",
  summary: "Passes over the data that leave out some of the examples of small loss.",
  paper: "Qin et al. 2024 (arXiv 2303.04947)",
  facts: { proposes: true, requires: ["loss"] },
  options,
  setup: ({ share, until, drop, scaling }, { random }) => {
    let memory = createMemory(0);
    return {
      bind: ({ size }) => {
        memory = createMemory(size);
      },
      propose: (count, progress) => {
        if (memory.position === memory.order.length) {
          const dropped = until(progress) ? 0 : share(progress);
          beginPass(memory, { share: dropped, exact: drop === "exact", random });
        }
        return deal(memory, count, scaling);
      },
      select: selectEvery,
      observe: (observation) => learn(memory, observation),
      state: () => structuredClone({ version: 1, ...memory }),
      restore: (state) => {
        memory = restored<Memory>(state, 1, "info-batch");
      },
    };
  },
});
