import type { CandidateOrder, Random } from "@unequal/core";

/** Makes an order of candidates of what each pass over the dataset deals. */
export declare function orderOfPasses(
  size: number,
  idsOf: (pass: number) => Uint32Array,
): CandidateOrder;

/** Returns the ids of a pass in blocks that follow each other in a file. */
export declare function idsInBlocks(options: {
  readonly size: number;
  readonly block: number;
  readonly together: number;
  readonly random: Random;
}): Uint32Array;
