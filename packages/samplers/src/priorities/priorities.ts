import type { Stateful } from "@unequal/core";

/**
 * Keeps a magnitude |δ| for each of up to `capacity` slots, filled from 0 on, and the probabilities P that follow.
 */
export interface Priorities extends Stateful {
  /** Number of slots that are filled. */
  readonly size: () => number;
  /** Sets the magnitude of a filled slot, or fills the next one. */
  readonly set: (slot: number, magnitude: number) => void;
  readonly magnitude: (slot: number) => number;
  /** The largest magnitude that is there now; 1 where there is none, or only zeros. */
  readonly largest: () => number;
  /** Finds the slot at a share of the cumulative probability, 0 ≤ share < 1. */
  readonly at: (share: number) => number;
  /** P of a slot. */
  readonly probability: (slot: number) => number;
  /** The smallest P of all filled slots. */
  readonly leastProbability: () => number;
}
