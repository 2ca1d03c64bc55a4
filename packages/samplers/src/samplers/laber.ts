import {
  defineSampler,
  restored,
  specSchema,
  UnequalError,
  type Facts,
  type State,
} from "@unequal/core";
import { z } from "zod";
import { proportional } from "./proportional.js";

/** Tells whether a sampler names single ids of the dataset, without scores. */
function namesExamples({ proposes, scored, arity }: Facts<"sampler">): boolean {
  return proposes && !scored && arity === 1;
}

/** Checks that one sampler names ids and the other draws by score. @throws OPTION_INVALID */
function checkStages(first: Facts<"sampler"> | undefined, second: Facts<"sampler">): void {
  if (first !== undefined && !namesExamples(first)) {
    throw new UnequalError(
      "OPTION_INVALID",
      'The sampler in the option "of" of "laber" must name ids of the dataset without scores, such as "prioritized" or "history". Leave it out for candidates in the shuffled order of the dataset.',
    );
  }
  if (second.scored && !second.proposes) return;
  throw new UnequalError(
    "OPTION_INVALID",
    'The sampler in the option "then" of "laber" must draw from a pool by score, such as "proportional".',
  );
}

/**
 * Draws a large batch of B by what is remembered, scores it anew, and draws b of it by score: what the first stage has
 * forgotten or got wrong, the second puts right. Weights multiply: a candidate's first-stage weight w₁ = B / (N e₁) is
 * part of its loss, so of its score, and the coefficient 1 / (B e₂) of the second comes on top, so that
 * E[Σ w₁ · coefficient] = 1/N for every example. Both stages learn from the rows trained on.
 *
 * Without a first stage, candidates come in the dataset's shuffled order, as the paper's do uniformly from the replay.
 * Cost: that of the first stage for B draws, and of scoring B.
 *
 * @throws OPTION_INVALID
 * @see Lahire, Geist & Rachelson 2021, Large batch experience replay, algorithm 1
 */
export const laber = defineSampler({
  name: "laber",
  summary: "A large batch by one sampler, scored again, and a small one of it by another.",
  paper: "Lahire, Geist & Rachelson 2021 (arXiv 2110.01528)",
  unbiased: true,
  defaults: { gate: "always" },
  options: z.strictObject({
    of: specSchema("sampler").optional().describe("names the B ids; default: the shuffled order"),
    then: specSchema("sampler", proportional()).describe("draws b of them"),
  }),
  facts: ({ of, then }, factsOf) => {
    const first = of === undefined ? undefined : factsOf("sampler", of);
    const second = factsOf("sampler", then);
    checkStages(first, second);
    const requires = [...new Set([...(first?.requires ?? []), ...second.requires])];
    return { ...second, proposes: first !== undefined, requires };
  },
  setup: ({ of, then }, { use }) => {
    const first = of === undefined ? undefined : use("sampler", of);
    const second = use("sampler", then);
    return {
      ...second,
      ...(first && { ...first, select: second.select }),
      bind: (facts) => {
        first?.bind?.(facts);
        second.bind?.(facts);
      },
      observe: (observation) => {
        first?.observe?.(observation);
        second.observe?.(observation);
      },
      state: () => ({ version: 1, of: first?.state(), then: second.state() }),
      restore: (state) => {
        const saved = restored<{ of?: State; then: State }>(state, 1, "laber");
        if (saved.of !== undefined) first?.restore(saved.of);
        second.restore(saved.then);
      },
    };
  },
});
