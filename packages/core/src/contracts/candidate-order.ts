import type { Stateful } from "./state.js";

/** Holds ids, and the pass of each, [count]; owned by whoever asked. */
export interface Dealt {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
}

/**
 * Answers in which order candidates come: it deals the ids of a dataset, pass after pass. What a pool may be planned from
 * ahead is looked up by `peek`, so that what `next` deals must follow from the state alone.
 */
export interface CandidateOrder extends Stateful {
  /** Deals the next `count` ids, going on into the next pass where one ends; keys are the pass of each. */
  readonly next: (count: number) => Dealt;
  /** Returns what `next` would deal after `skip` others, without dealing it. */
  readonly peek: (count: number, skip?: number) => Dealt;
  /** Complete passes dealt. */
  readonly passes: () => number;
}
