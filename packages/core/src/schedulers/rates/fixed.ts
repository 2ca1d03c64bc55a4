import { defineRate } from "../../plugin/part.js";
import { stateless } from "../../state/stateless.js";

/** Leaves the learning rate as the user set it: φ = 1. */
export const fixedRate = defineRate({
  name: "fixed",
  summary: "The learning rate is the user's.",
  setup: () => ({ ...stateless("fixed"), factor: () => 1, figures: () => ({}) }),
});
