import {
  defineSampler,
  restored,
  selectEvery,
  type Observation,
  type Progress,
  type Random,
  type Sampler,
  type Selection,
} from "@unequal/core";
import { z } from "zod";
import { geometricRanks } from "./geometric-ranks.js";

const options = z.strictObject({
  pressure: z.number().min(1).default(100).describe("s_e at the start; 1 draws uniformly"),
  finalPressure: z.number().min(1).default(1).describe("s_e after decayEpochs"),
  decayEpochs: z.number().positive().default(50).describe("epochs of exponential decay"),
  sortEvery: z.int().positive().default(100).describe("updates between sorts of all losses"),
});

/** Holds what the sampler knows of every example. */
interface Memory {
  /** Latest loss, [N]; infinite before the first. */
  readonly losses: Float32Array;
  /** Order of the first pass, [N], and the position in it. */
  readonly order: Uint32Array;
  position: number;
  /** Ids by falling loss, [N], and the update at which they were sorted; −1 before the first time. */
  readonly ranked: Uint32Array;
  sortedAt: number;
}

function createMemory(size: number, random: Random): Memory {
  const ids = Uint32Array.from({ length: size }, (_, id) => id);
  return {
    losses: new Float32Array(size).fill(Infinity),
    order: random.shuffle(ids.slice()),
    position: 0,
    ranked: ids,
    sortedAt: -1,
  };
}

/** Deals up to `count` ids that were never trained on: each id is among them with chance rows/N. */
function dealUnseen(memory: Memory, count: number): Selection | undefined {
  const { losses, order } = memory;
  const rows: number[] = [];
  while (rows.length < count && memory.position < order.length) {
    const id = order[memory.position++] as number;
    if (losses[id] === Infinity) rows.push(id);
  }
  if (rows.length === 0) return undefined;
  const expected = new Float64Array(rows.length).fill(rows.length / order.length);
  return { rows: Int32Array.from(rows), expected, planned: rows.length, population: order.length };
}

function rank({ losses, ranked }: Memory): void {
  const loss = (id: number): number => losses[id] as number;
  // Infinity − Infinity is NaN: equal losses go by id, so that the order is one and the same everywhere.
  ranked.sort((a, b) => (loss(a) === loss(b) ? a - b : loss(b) - loss(a)));
}

function pressureAt(
  { pressure, finalPressure, decayEpochs }: z.infer<typeof options>,
  epoch: number,
): number {
  return pressure * (finalPressure / pressure) ** Math.min(1, epoch / decayEpochs);
}

function drawRanked(
  { ranked }: Memory,
  draw: { readonly count: number; readonly pressure: number; readonly random: Random },
): Selection {
  const { count, pressure, random } = draw;
  const ranks = geometricRanks(ranked.length, pressure);
  const drawn = Int32Array.from({ length: count }, () => ranks.draw(random));
  return {
    rows: drawn.map((at) => ranked[at] as number),
    expected: Float64Array.from(drawn, (at) => count * ranks.probability(at)),
    planned: count,
    population: ranked.length,
  };
}

function learn({ losses }: Memory, { ids, signals, weights }: Observation): void {
  const weighted = signals.loss;
  ids.forEach((id, row) => {
    losses[id] = (weighted?.[row] ?? Infinity) / (weights?.[row] ?? 1);
  });
}

/**
 * Draws from the whole dataset by the rank of each example's latest loss: p_i ∝ exp(log(s_e)/N)^(−rank_i), rank 1
 * the largest. The first pass deals every example once, in random order (its last batch may be smaller). The
 * pressure decays, s_e = s_0 (s_end/s_0)^(epoch/decayEpochs).
 *
 * The paper trains on the drawn examples without weights: the weighting `none`, its default in the command,
 * does so; `unbiased` corrects for the draw. Losses are those of training passes; the paper's extra passes that recompute the largest
 * are not made. O(b) a draw; every `sortEvery` updates a sort, O(N log N), about 30 ms for 60,000 examples.
 *
 * @see Loshchilov & Hutter 2015, Online batch selection for faster training of neural networks, algorithm 1
 */
export const onlineBatchSelection = defineSampler({
  name: "online-batch-selection",
  summary: "Examples of the whole dataset by the rank of their latest loss.",
  paper: "Loshchilov & Hutter 2015 (arXiv 1511.06343)",
  unbiased: true,
  requires: ["loss"],
  defaults: { weighting: "none" },
  options,
  setup: (settings, { random }): Sampler => {
    let memory = createMemory(0, random);
    const propose = (count: number, { update, epoch }: Progress): Selection => {
      const unseen = dealUnseen(memory, count);
      if (unseen !== undefined) return unseen;
      if (memory.sortedAt < 0 || update - memory.sortedAt >= settings.sortEvery) {
        rank(memory);
        memory.sortedAt = update;
      }
      return drawRanked(memory, { count, pressure: pressureAt(settings, epoch), random });
    };
    return {
      scored: false,
      requires: ["loss"],
      bind: ({ size }) => {
        memory = createMemory(size, random);
      },
      propose,
      select: selectEvery,
      observe: (observation) => learn(memory, observation),
      state: () => structuredClone({ version: 1, ...memory }),
      restore: (state) => {
        memory = restored<Memory>(state, 1, "online-batch-selection");
      },
    };
  },
});
