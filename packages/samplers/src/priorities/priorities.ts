import { UnequalError, type Random, type Stateful } from "@unequal/core";

/** Slots drawn, possibly repeated, and the probability P of each: E[times drawn] = count · P. */
export interface PriorityDraw {
  readonly slots: Int32Array;
  readonly probabilities: Float64Array;
}

/** Keeps a priority for each of some slots, and draws slots by them. */
export interface Priorities extends Stateful {
  /** Returns the number of slots that have a priority. */
  readonly size: () => number;
  /** Gives a slot the priority of an error δ. @throws PRIORITY_INVALID if it is not finite */
  readonly set: (slot: number, error: number) => void;
  /** Gives a slot the largest priority that any other slot has now, whatever it had; p = 1 if none has any. */
  readonly admit: (slot: number) => void;
  /** Returns P of a slot that has a priority. */
  readonly probability: (slot: number) => number;
  /** Returns the smallest P of any slot that has a priority: the divisor of the largest weight. */
  readonly least: () => number;
  /** Draws `count` slots, one from each of `count` segments of equal probability; there must be a slot. */
  readonly draw: (count: number, random: Random) => PriorityDraw;
}

/** Returns |δ|. @throws PRIORITY_INVALID */
export function magnitude(error: number): number {
  if (Number.isFinite(error)) return Math.abs(error);
  throw new UnequalError(
    "PRIORITY_INVALID",
    `A priority is made of the size of an error, which must be finite, but an error is ${error}. Find out what made it so: a learning rate that is too high, or an input that is NaN.`,
  );
}

/** Draws one point from each of `count` equal segments of [0, 1), in rising order. */
export function stratifiedPoints(count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, (_, segment) => (segment + random.uniform()) / count);
}

/**
 * Checks that a state holds numbers of all slots, and of this variant.
 * @throws STATE_INCOMPATIBLE
 */
export function checkNumbers(numbers: Float64Array | undefined, capacity: number): Float64Array {
  if (numbers?.length === capacity) return numbers;
  throw new UnequalError(
    "STATE_INCOMPATIBLE",
    `The state must hold priorities of ${capacity} slots of the same variant, but holds ${numbers?.length ?? "another variant's"}. Restore it with the capacity, or the dataset, and the variant that it was saved with.`,
  );
}
