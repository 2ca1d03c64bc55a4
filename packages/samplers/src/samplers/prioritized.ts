import {
  defineSampler,
  restored,
  selectEvery,
  UnequalError,
  type Observation,
  type Random,
  type Selection,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { createFirstPass, type FirstPass } from "../memory/first-pass.js";
import {
  createPriorities,
  priorityOptions,
  type PriorityOptions,
} from "../priorities/create-priorities.js";
import { drawStratified } from "../priorities/draw-stratified.js";
import type { Priorities } from "../priorities/priorities.js";

/** What the sampler knows of the dataset. */
interface Memory {
  readonly firstPass: FirstPass;
  readonly priorities: Priorities;
  /** 1 for the ids that were observed, [N]. */
  readonly known: Uint8Array;
  /** Mean magnitude of the rows observed last. */
  typical: number;
}

/** Its state. */
interface Saved {
  readonly firstPass: State;
  readonly priorities: State;
  readonly known: Uint8Array;
  readonly typical: number;
}

function createMemory(size: number, options: PriorityOptions, random: Random): Memory {
  const priorities = createPriorities(size, options);
  for (let id = 0; id < size; id++) priorities.set(id, 1);
  const firstPass = createFirstPass(size, random);
  return { firstPass, priorities, known: new Uint8Array(size), typical: 1 };
}

/** Takes the loss of each trained example for its |δ|. @throws SCORE_NOT_FINITE */
function learn(memory: Memory, { ids, signals }: Observation): void {
  const { priorities, known } = memory;
  let sum = 0;
  ids.forEach((id, row) => {
    const magnitude = Math.abs(signals.loss?.[row] ?? Number.NaN);
    if (!Number.isFinite(magnitude)) {
      throw new UnequalError(
        "SCORE_NOT_FINITE",
        `A priority must be a finite number, but the loss of example ${id} is ${magnitude}. Look at that example and at the learning rate.`,
      );
    }
    priorities.set(id, magnitude);
    known[id] = 1;
    sum += magnitude;
  });
  memory.typical = sum / ids.length;
}

function draw(memory: Memory, planned: number, random: Random): Selection {
  const { priorities, known, typical } = memory;
  const rows = drawStratified(priorities, planned, random);
  const expected = Float64Array.from(rows, (id) => planned * priorities.probability(id));
  const leastExpected = planned * priorities.leastProbability();
  // drawn again and never observed: the trainer leaves it out, and its first priority would bring it back for ever
  for (const id of rows) if (known[id] === 0) priorities.set(id, typical);
  return { rows, expected, leastExpected, planned, population: priorities.size() };
}

/**
 * Draws from the whole dataset by the latest loss of each example, which stands for the TD error δ of the paper:
 * P(i) ∝ (|δ_i| + ε)^α, or (1/rank_i)^α. The first pass deals every example once, in random order. Draws are
 * stratified, E[times drawn_i] = b P(i).
 *
 * The weighting `annealed`, its default in the command, is the paper's; `unbiased` corrects in full. O(b log N) a step.
 *
 * @throws SCORE_NOT_FINITE
 * @see Schaul et al. 2015, Prioritized experience replay, algorithm 1
 */
export const prioritized = defineSampler({
  name: "prioritized",
  summary: "Examples of the whole dataset by their latest loss, as in prioritized replay.",
  paper: "Schaul et al. 2015 (arXiv 1511.05952)",
  unbiased: true,
  facts: { proposes: true, requires: ["loss"] },
  defaults: { weighting: "annealed" },
  options: z.strictObject(priorityOptions),
  setup: (options, { random }) => {
    let memory = createMemory(0, options, random);
    const deal = (count: number): Selection | undefined =>
      memory.firstPass.deal(count, (id) => memory.known[id] === 1);
    return {
      bind: ({ size }) => {
        memory = createMemory(size, options, random);
      },
      propose: (count) => deal(count) ?? draw(memory, count, random),
      select: selectEvery,
      observe: (observation) => learn(memory, observation),
      state: () => ({
        version: 1,
        known: memory.known.slice(),
        typical: memory.typical,
        firstPass: memory.firstPass.state(),
        priorities: memory.priorities.state(),
      }),
      restore: (state) => {
        const saved = restored<Saved>(state, 1, "prioritized");
        memory.known.set(saved.known);
        memory.typical = saved.typical;
        memory.firstPass.restore(saved.firstPass);
        memory.priorities.restore(saved.priorities);
      },
    };
  },
});
