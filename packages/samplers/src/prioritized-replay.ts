import {
  createRandom,
  restored,
  UnequalError,
  validateOptions,
  type Random,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { createPriorities, priorityOptions } from "./priorities/create-priorities.js";
import { magnitude, type Priorities } from "./priorities/priorities.js";
import { betaAt, betaSchema, type ReplayMoment } from "./replay/beta-at.js";
import { createItemRing, type ItemRing, type ItemRingState } from "./replay/item-ring.js";
import { replayWeights } from "./replay/replay-weights.js";

/** β at the start, by variant. */
const BETA = { proportional: 0.4, rank: 0.5 } as const;

const MOST_ITEMS = 2 ** 30;
const schema = z.strictObject({
  capacity: z.int().positive().max(MOST_ITEMS).describe("items held; the oldest gives way"),
  ...priorityOptions,
  beta: betaSchema.optional().describe("β; default linear(0.4, 1), and linear(0.5, 1) by rank"),
  normalise: z
    .enum(["buffer", "batch", "none"])
    .default("buffer")
    .describe("divide weights by the largest of the buffer, of the batch, or not at all"),
  seed: z.union([z.int().nonnegative(), z.string().min(1)]).default(0),
});
const countSchema = z.strictObject({ count: z.int().positive() });

/** Options of {@link createPrioritizedReplay}. */
export type PrioritizedReplayOptions = z.input<typeof schema>;

/** A batch drawn from the buffer; arrays are owned by the caller. */
export interface ReplaySample<T> {
  /** The items, possibly repeated, [count]. */
  readonly items: T[];
  /** Names each item for `update`, [count]. */
  readonly tickets: Float64Array;
  /** P of each item, [count]: it is drawn count · P times in expectation. */
  readonly probabilities: Float64Array;
  /** What to multiply each item's loss, or TD error, by, [count]. */
  readonly weights: Float32Array;
}

/** Everything that later draws depend on; the items themselves are shared with the buffer, not copied. */
export interface ReplayState<T> extends ItemRingState<T> {
  readonly version: number;
  readonly samples: number;
  readonly priorities: State;
  readonly random: State;
}

/** Remembers experience, and replays more often what there was more to learn from. */
export interface PrioritizedReplay<T> {
  readonly capacity: number;
  /** Number of items held now. */
  readonly size: number;
  /**
   * Adds an item, in place of the oldest where the buffer is full, with the largest priority that there is, or that
   * of its TD error where it is known. Returns its ticket. O(log capacity). @throws PRIORITY_INVALID
   */
  readonly add: (item: T, error?: number) => number;
  /**
   * Draws `count` items, one from each of `count` segments of equal probability. O(count log capacity).
   * @throws REPLAY_EMPTY, OPTION_INVALID
   */
  readonly sample: (count: number, moment?: ReplayMoment) => ReplaySample<T>;
  /**
   * Gives items the priorities of their newest TD errors, the last one where a ticket comes twice. Items that were
   * overwritten since they were drawn are left out, and their number returned. O(count log capacity).
   * @throws REPLAY_UPDATE_INVALID, PRIORITY_INVALID, in which case none is changed
   */
  readonly update: (tickets: ArrayLike<number>, errors: ArrayLike<number>) => number;
  readonly state: () => ReplayState<T>;
  /** Continues from a state, bit for bit. @throws STATE_INCOMPATIBLE */
  readonly restore: (state: ReplayState<T>) => void;
}

type Settings = z.output<typeof schema>;

/** What a buffer is made of. */
interface Parts<T> {
  readonly ring: ItemRing<T>;
  readonly priorities: Priorities;
  readonly random: Random;
}

function add<T>({ ring, priorities }: Parts<T>, item: T, error: number | undefined): number {
  const known = error === undefined ? undefined : magnitude(error);
  const ticket = ring.put(item);
  const slot = ring.slotOf(ticket) as number;
  if (known === undefined) priorities.admit(slot);
  else priorities.set(slot, known);
  return ticket;
}

function draw<T>(
  { ring, priorities, random }: Parts<T>,
  count: number,
  { normalise, beta }: Pick<Settings, "normalise"> & { readonly beta: number },
): ReplaySample<T> {
  const { slots, probabilities } = priorities.draw(count, random);
  const buffer = { size: ring.size(), least: priorities.least() };
  return {
    items: Array.from(slots, (slot) => ring.at(slot)),
    tickets: Float64Array.from(slots, ring.ticketOf),
    probabilities,
    weights: replayWeights(probabilities, { ...buffer, normalise, beta }),
  };
}

function update<T>(
  { ring, priorities }: Parts<T>,
  tickets: ArrayLike<number>,
  errors: ArrayLike<number>,
): number {
  if (tickets.length !== errors.length) {
    throw new UnequalError(
      "REPLAY_UPDATE_INVALID",
      `Each ticket needs one TD error, but there are ${tickets.length} tickets and ${errors.length} errors. Pass one error for each item of the sample, in its order.`,
    );
  }
  const slots = Array.from(tickets, (ticket) => ring.slotOf(ticket));
  const known = Array.from(errors, magnitude);
  slots.forEach((slot, at) => {
    if (slot !== undefined) priorities.set(slot, known[at] as number);
  });
  return slots.filter((slot) => slot === undefined).length;
}

function checkSample(size: number, count: number): void {
  validateOptions("sample()", countSchema, { count });
  if (size > 0) return;
  throw new UnequalError(
    "REPLAY_EMPTY",
    "The replay buffer is empty, so there is nothing to sample. Add items first, usually some thousands.",
  );
}

/**
 * Creates a prioritized replay buffer: P(i) = p_i / Σp over the items held, p_i = (|δ_i| + ε)^α, or (1 / rank_i)^α, and
 * w_i = (N P(i))^−β / max_j w_j, N the number of items held and the maximum over all of them, so that weights shrink
 * steps and never stretch them.
 *
 * ```ts
 * const replay = createPrioritizedReplay<Transition>({ capacity: 100_000 });
 * replay.add(transition);
 * const { items, tickets, weights } = replay.sample(32, { done: step / steps });
 * replay.update(tickets, errors); // δ of each item, from the step on Σ weight · loss / 32
 * ```
 *
 * @throws OPTION_INVALID
 * @see Schaul et al. 2015, Prioritized experience replay, algorithm 1
 */
export function createPrioritizedReplay<T>(
  options: PrioritizedReplayOptions,
): PrioritizedReplay<T> {
  const settings = validateOptions("createPrioritizedReplay()", schema, options) as Settings;
  const { capacity, normalise } = settings;
  const betaNow = betaAt(settings.beta, BETA[settings.variant]);
  const ring = createItemRing<T>(capacity);
  const priorities = createPriorities(capacity, settings);
  const random = createRandom(settings.seed).fork("prioritized-replay");
  const parts = { ring, priorities, random };
  let samples = 0;
  return {
    capacity,
    get size() {
      return ring.size();
    },
    add: (item, error) => add(parts, item, error),
    sample: (count, moment = {}) => {
      checkSample(ring.size(), count);
      const samplesPerEpoch = Math.ceil(capacity / count);
      const beta = betaNow(moment, { samples, added: ring.added(), samplesPerEpoch });
      samples += 1;
      return draw(parts, count, { normalise, beta });
    },
    update: (tickets, errors) => update(parts, tickets, errors),
    state: () => {
      const states = { priorities: priorities.state(), random: random.state() };
      return { version: 1, ...ring.state(), samples, ...states };
    },
    restore: ({ items, ...numbers }) => {
      const saved = restored<typeof numbers>(numbers, 1, "a prioritized replay buffer");
      priorities.restore(saved.priorities);
      random.restore(saved.random);
      ring.restore({ items, added: saved.added });
      samples = saved.samples;
    },
  };
}
