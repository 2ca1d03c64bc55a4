import { z } from "zod";
import { UnequalError } from "../errors.js";

/**
 * A schema of an option that a part gets in another form than users write it in, such as a function instead of
 * `0.4`. A default, too, is what a user would write: `schema.default(0.4)` is `schema.prefault(0.4)`, where zod alone
 * would hand 0.4 to the part.
 */
export interface GivenSchema<Given, Made> extends z.ZodPipe<
  z.ZodType<Given, Given>,
  z.ZodTransform<Made, Given>
> {
  /**
   * States what holds where a user gives nothing, as the user would write it. The last two forms are zod's own, and
   * refused: they state what the part gets.
   * @throws PART_INVALID
   */
  readonly default: ((value: Given | (() => Given)) => z.ZodPrefault<this>) &
    ((value: Made) => z.ZodDefault<this>) &
    ((value: () => Made) => z.ZodDefault<this>);
}

function defaultAsGiven(schema: z.ZodType, value: unknown): z.ZodPrefault {
  if (typeof value !== "function" || value.length === 0) return schema.prefault(value);
  throw new UnequalError(
    "PART_INVALID",
    "The default of an option must be what a user would write for it, such as 0.4 or linear(0.4, 1), but is a function that takes something.",
  );
}

/** Constructs such a schema. zod's clones (describe, meta, refine) keep a schema's constructor, not what was put on it. */
export const GivenPipe: z.core.$constructor<z.ZodPipe> = z.core.$constructor<z.ZodPipe>(
  "GivenPipe",
  (schema, def) => {
    z.ZodPipe.init(schema, def);
    Object.assign(schema, { default: (value: unknown) => defaultAsGiven(schema, value) });
  },
);

/** Makes the schema of an option that is checked as `given` and handed to the part as what `make` makes of it. */
export function givenSchema<Given, Made>(
  given: z.ZodType<Given, Given>,
  make: (given: Given) => Made,
): GivenSchema<Given, Made> {
  const out = z.transform(make as (given: unknown) => unknown);
  return new GivenPipe({ type: "pipe", in: given, out }) as unknown as GivenSchema<Given, Made>;
}
