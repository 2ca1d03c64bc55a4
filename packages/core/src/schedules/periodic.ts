import { z } from "zod";
import { givenSchema, type GivenSchema } from "./given-schema.js";
import type { NumberAt, Stretch } from "./schedule.js";
import { alongStretch, isStretch } from "./stretch.js";

/**
 * Makes the schema of an option that says how often something is done: every `"500up"`, `"2ep"` or `"0.1dur"`.
 * What the part gets counts the whole periods that a run has behind it, 0 at its start: when the count has risen, it is
 * due, however many steps were made meanwhile by other means.
 */
export function periodic(): GivenSchema<Stretch, NumberAt> {
  const period = z
    .string()
    .refine(isStretch, 'must be a stretch of the run such as "500up", "2ep" or "0.1dur"')
    .refine((text) => !(Number.parseFloat(text) === 0), "a period must be longer than 0")
    .meta({ title: "stretch" }) as unknown as z.ZodType<Stretch, Stretch>;
  return givenSchema(period, (text) => {
    const along = alongStretch(text);
    return (progress) => Math.floor(along(progress));
  });
}
