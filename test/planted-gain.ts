import { defineSampler, stateless } from "@unequal/core";

/**
 * Draws uniformly, but states a law without variance, so that the gain reads B/b whatever the scores: what a wrong estimate would
 * do at worst.
 */
export const plantedGain = defineSampler({
  name: "planted-gain",
  summary: "Uniform draws that claim to have no variance.",
  unbiased: true,
  facts: { scored: true },
  setup: (_, { random }) => ({
    ...stateless("planted-gain"),
    law: ({ ids }, count) => ({
      expected: new Float64Array(ids.length).fill(count / ids.length),
      variance: () => 0,
    }),
    select: ({ ids }, count) => ({
      rows: random.shuffle(Int32Array.from(ids.keys())).slice(0, count),
      expected: new Float64Array(count).fill(count / ids.length),
      planned: count,
      population: ids.length,
    }),
  }),
});
