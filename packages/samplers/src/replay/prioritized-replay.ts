import {
  createRandom,
  restored,
  UnequalError,
  validateOptions,
  type Plain,
  type Random,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { createPriorities, priorityOptions } from "../priorities/create-priorities.js";
import { drawStratified } from "../priorities/draw-stratified.js";
import type { Priorities } from "../priorities/priorities.js";

const options = z.strictObject({
  ...priorityOptions,
  capacity: z.int().positive().describe("most items held; the oldest make room"),
  normalise: z
    .enum(["buffer", "batch", "none"])
    .default("buffer")
    .describe("what weights are divided by: the largest of the buffer, of the batch, or nothing"),
  seed: z.union([z.number(), z.string()]).default(0).describe("seed of the draws"),
});

/** Options of {@link PrioritizedReplay}. */
export type PrioritizedReplayOptions = z.input<typeof options>;

/** Items drawn from a replay buffer; all arrays are [count], possibly with repetitions. */
export interface ReplaySample<T> {
  readonly items: readonly T[];
  /** What `update` wants to know the items by. */
  readonly tickets: readonly number[];
  /** P of each. */
  readonly probabilities: Float64Array;
  /** w = (N P)^−β, over the largest such weight as `normalise` says. */
  readonly weights: Float64Array;
}

/** State of a replay buffer: its items, as they are, and plain data. */
export interface ReplayState<T> extends State {
  readonly items: readonly T[] & Plain;
  readonly capacity: number;
  readonly added: number;
  readonly priorities: State;
  readonly random: State;
}

function checkErrors(tickets: readonly number[], errors: ArrayLike<number>): void {
  if (tickets.length !== errors.length) {
    throw new UnequalError(
      "OPTION_INVALID",
      `update() needs an error for each ticket, but got ${tickets.length} tickets and ${errors.length} errors.`,
    );
  }
  const wrong = Array.from(errors).findIndex((error) => !Number.isFinite(error));
  if (wrong < 0) return;
  throw new UnequalError(
    "SCORE_NOT_FINITE",
    `TD errors must be finite, but that of ticket ${tickets[wrong]} is ${errors[wrong]}. Look at the learning rate and the targets.`,
  );
}

function checkSample(size: number, count: number, beta: number): void {
  if (size === 0) {
    throw new UnequalError(
      "REPLAY_EMPTY",
      "The replay buffer is empty. Add items before you sample.",
    );
  }
  if (Number.isInteger(count) && count > 0 && beta >= 0 && beta <= 1) return;
  throw new UnequalError(
    "OPTION_INVALID",
    `sample() needs a count that is a positive integer and a beta from 0 to 1, but got ${count} and ${beta}.`,
  );
}

/**
 * A ring of items that are drawn by priority: proportional, P(i) ∝ (|δ_i| + ε)^α, or rank-based, P(i) ∝ (1/rank_i)^α. An
 * item's ticket is its serial number, its slot that number modulo the capacity: a ticket is known to be old by itself.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, algorithm 1
 */
export class PrioritizedReplay<T> {
  readonly capacity: number;
  readonly #normalise: "buffer" | "batch" | "none";
  readonly #priorities: Priorities;
  readonly #random: Random;
  #items: T[] = [];
  #added = 0;

  /** @throws OPTION_INVALID */
  constructor(given: PrioritizedReplayOptions) {
    const checked = validateOptions("PrioritizedReplay", options, given) as z.output<
      typeof options
    >;
    const { capacity, normalise, seed, ...law } = checked;
    this.capacity = capacity;
    this.#normalise = normalise;
    this.#priorities = createPriorities(capacity, law);
    this.#random = createRandom(seed).fork("prioritized replay");
  }

  /** N, the number of items held. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item in the place of the oldest, with the largest |δ| that is there now; returns its ticket. O(log N). */
  add(item: T): number {
    const ticket = this.#added++;
    const slot = ticket % this.capacity;
    this.#items[slot] = item;
    this.#priorities.set(slot, this.#priorities.largest());
    return ticket;
  }

  /**
   * Draws `count` items, one from each of `count` segments of equal probability. O(count log N).
   * @throws REPLAY_EMPTY, OPTION_INVALID
   */
  sample(count: number, { beta }: { readonly beta: number }): ReplaySample<T> {
    checkSample(this.size, count, beta);
    const slots = drawStratified(this.#priorities, count, this.#random);
    const probabilities = Float64Array.from(slots, (slot) => this.#priorities.probability(slot));
    return {
      items: Array.from(slots, (slot) => this.#items[slot] as T),
      tickets: Array.from(slots, (slot) => this.#ticketIn(slot)),
      probabilities,
      weights: this.#weights(probabilities, beta),
    };
  }

  /**
   * Sets the priorities of items by their TD errors δ (of any sign), [tickets]. Items that have made room meanwhile are
   * left out; returns how many. O(tickets log N).
   * @throws SCORE_NOT_FINITE, OPTION_INVALID
   */
  update(tickets: readonly number[], errors: ArrayLike<number>): number {
    checkErrors(tickets, errors);
    const oldest = this.#added - this.size;
    let gone = 0;
    tickets.forEach((ticket, at) => {
      if (ticket >= oldest && ticket < this.#added)
        this.#priorities.set(ticket % this.capacity, Math.abs(errors[at] as number));
      else gone += 1;
    });
    return gone;
  }

  /** Returns what later draws depend on, and the items, which are not copied. */
  state(): ReplayState<T> {
    return {
      version: 1,
      capacity: this.capacity,
      items: this.#items.slice() as readonly T[] & Plain,
      added: this.#added,
      priorities: this.#priorities.state(),
      random: this.#random.state(),
    };
  }

  /** Takes a state back; the items are the state's own. @throws STATE_INCOMPATIBLE */
  restore(state: ReplayState<T>): void {
    const { items, ...plain } = state;
    const saved = restored<ReplayState<T>>(plain, 1, "PrioritizedReplay");
    if (saved.capacity !== this.capacity) {
      throw new UnequalError(
        "STATE_INCOMPATIBLE",
        `The state is of a buffer of capacity ${saved.capacity}, but this one has ${this.capacity}. Restore it into a buffer of the same capacity.`,
      );
    }
    this.#priorities.restore(saved.priorities);
    this.#random.restore(saved.random);
    this.#items = items.slice();
    this.#added = saved.added;
  }

  /** The ticket of what stands in a slot now. */
  #ticketIn(slot: number): number {
    const newest = this.#added - 1;
    return newest - ((newest - slot) % this.capacity);
  }

  /** w = (N P)^−β over the largest. */
  #weights(probabilities: Float64Array, beta: number): Float64Array {
    const weight = (p: number): number => (this.size * p) ** -beta;
    const weights = probabilities.map(weight);
    if (this.#normalise === "none") return weights;
    const most =
      this.#normalise === "buffer"
        ? weight(this.#priorities.leastProbability())
        : Math.max(...weights);
    return weights.map((w) => w / most);
  }
}
