import { defineGate } from "../../plugin/part.js";
import { stateless } from "../../state/stateless.js";

/** Trains by importance sampling at every step. */
export const always = defineGate({
  name: "always",
  summary: "Importance sampling at every step.",
  setup: () => ({
    ...stateless("always"),
    decide: () => true,
    figures: () => ({}),
  }),
});
