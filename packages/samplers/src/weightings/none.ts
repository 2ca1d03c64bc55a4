import { defineWeighting } from "@unequal/core";

/**
 * Gives every drawn row the coefficient 1 / planned: the step follows what the sampler prefers, a bias on purpose.
 *
 * @see Loshchilov & Hutter 2015, which trains so
 */
export const none = defineWeighting({
  name: "none",
  summary: "Every drawn row alike: biased towards what the sampler prefers.",
  paper: "Loshchilov & Hutter 2015 (arXiv 1511.06343)",
  setup: () => ({
    coefficients: ({ rows, planned }) => new Float64Array(rows.length).fill(1 / planned),
  }),
});
