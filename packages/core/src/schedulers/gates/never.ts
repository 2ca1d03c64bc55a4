import { defineGate } from "../../plugin/part.js";
import { stateless } from "../../state/stateless.js";

/** Never trains by importance sampling: the uniform baseline. */
export const never = defineGate({
  name: "never",
  summary: "Uniform batches at every step.",
  setup: () => ({
    ...stateless("never"),
    decide: () => false,
    figures: () => ({}),
  }),
});
