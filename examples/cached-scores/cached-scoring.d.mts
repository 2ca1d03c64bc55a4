import type { Scoring } from "@unequal/core";

/** Remembers the signals of an example for `updates` updates. */
export declare function cachedScoring(
  inner: Scoring,
  options: { readonly updates: number },
): Scoring;
