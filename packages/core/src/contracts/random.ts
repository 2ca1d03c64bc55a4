import type { Stateful } from "./state.js";

/** Generates the random numbers of one role; two forks of different names are independent. */
export interface Random extends Stateful {
  /** Draws from [0, 1) with 53 random bits. */
  readonly uniform: () => number;
  /** Draws an integer from 0 to `bound` − 1. */
  readonly integer: (bound: number) => number;
  /** Draws a positive 31-bit integer, to seed something else. */
  readonly seed: () => number;
  /** Shuffles an array in place (Fisher and Yates) and returns it. O(n). */
  readonly shuffle: <A extends Int32Array | Uint32Array>(array: A) => A;
  /** Derives the generator of a named role from the run's seed alone, whatever was drawn before. */
  readonly fork: (role: string) => Random;
}
