import { z } from "zod";
import type { Progress } from "../contracts/progress.js";
import { givenSchema, type GivenSchema } from "./given-schema.js";
import type { Stretch } from "./schedule.js";
import { alongStretch, isStretch } from "./stretch.js";

/** Tells whether a run has come to some moment. */
export type Reached = (progress: Progress) => boolean;

/**
 * Makes the schema of an option that names a moment of a run, as the stretch that leads to it: after `"500up"`,
 * `"10ep"` or `"0.875dur"`; `"0up"` is the start. What the part gets tells whether a run has come to it.
 */
export function moment(): GivenSchema<Stretch, Reached> {
  const stretch = z
    .string()
    .refine(isStretch, 'must be a stretch of the run such as "500up", "10ep" or "0.875dur"')
    .meta({ title: "stretch" }) as unknown as z.ZodType<Stretch, Stretch>;
  return givenSchema(stretch, (text) => {
    const along = alongStretch(text);
    return (progress) => along(progress) >= 1;
  });
}
