import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import { isProbe } from "./is-probe.js";
import { stateless } from "../../state/stateless.js";

/** Tells how many updates ago importance sampling came on; undefined where it is off. */
function sinceOn(switches: readonly number[], update: number): number | undefined {
  const made = switches.filter((at) => at <= update);
  return made.length % 2 === 1 ? update - Math.max(...made) : undefined;
}

/**
 * Repeats recorded decisions: importance sampling is off at first and changes at each listed update; with `measured`, a few updates
 * are uniform in between, as in a run that measured its costs.
 */
export const recorded = defineGate({
  name: "recorded",
  summary: "Repeats the switches of an earlier run, as its events recorded them.",
  options: z.strictObject({
    switches: z
      .array(z.int().nonnegative())
      .describe("updates at which the decision changed (the steps of schedule:switched)"),
    measured: z
      .boolean()
      .default(false)
      .describe("repeat the uniform steps of a run that measured its costs, too"),
  }),
  setup: ({ switches, measured }) => ({
    ...stateless("recorded"),
    decide: ({ update }) => {
      const since = sinceOn(switches, update);
      return since !== undefined && !(measured && isProbe(since));
    },
    figures: () => ({ switches, measured }),
  }),
});
