import { z } from "zod";
import { UnequalError } from "../errors.js";
import { GivenPipe, type GivenSchema } from "./given-schema.js";
import type { NumberAt, Scheduled } from "./schedule.js";
import { alongStretch, isStretch } from "./stretch.js";

type Shape = "linear" | "exponential" | "cosine";

const FORMULAS: Readonly<Record<Shape, (from: number, to: number, share: number) => number>> = {
  linear: (from, to, share) => from + (to - from) * share,
  exponential: (from, to, share) => from * (to / from) ** share,
  cosine: (from, to, share) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2,
};

function holding(holds: readonly (readonly [string, number])[]): NumberAt {
  const moments = holds.map(([from, value]) => ({ along: alongStretch(from), value }));
  const first = moments[0]?.value ?? Number.NaN;
  return (progress) => moments.findLast(({ along }) => along(progress) >= 1)?.value ?? first;
}

function changing(shape: Shape, ends: readonly [number, number], over: string): NumberAt {
  const [from, to] = ends;
  const along = alongStretch(over);
  return (progress) => {
    const share = Math.min(1, along(progress));
    return share === 1 ? to : FORMULAS[shape](from, to, share);
  };
}

/** Makes the function of a number or a schedule. */
function numberAt(given: Scheduled): NumberAt {
  if (typeof given === "number") return () => given;
  if ("steps" in given) return holding(given.steps);
  const { over = "1dur" } = given;
  if ("linear" in given) return changing("linear", given.linear, over);
  if ("exponential" in given) return changing("exponential", given.exponential, over);
  return changing("cosine", given.cosine, over);
}

const stretch = z
  .string()
  .refine(isStretch, 'must be a stretch of the run such as "500up", "10ep" or "0.5dur"');

/** The bounds of a zod number, which may also be stated of the option itself. */
const BOUNDS = [
  "min",
  "max",
  "gt",
  "gte",
  "lt",
  "lte",
  "positive",
  "nonnegative",
  "negative",
  "nonpositive",
  "int",
  "multipleOf",
] as const;

type Bound = (typeof BOUNDS)[number];
type Bounds = {
  readonly [B in Bound]: (...given: Parameters<z.ZodNumber[B]>) => ScheduledSchema;
};

/** The schema of a number that may change along a run. A bound holds for each number of a schedule. */
export interface ScheduledSchema extends GivenSchema<Scheduled, NumberAt>, Bounds {}

interface ScheduledDef extends z.core.$ZodPipeDef {
  readonly number: z.ZodType<number, number>;
}

function numberOrSchedule(number: z.ZodType<number, number>): z.ZodType {
  const ends = z.tuple([number, number]);
  const positive = z.tuple([number, number]).refine((both) => both.every((end) => end > 0), {
    message: "an exponential schedule goes between positive numbers",
  });
  const over = stretch.optional();
  const shapes = z
    .union([
      z.strictObject({ linear: ends, over }),
      z.strictObject({ exponential: positive, over }),
      z.strictObject({ cosine: ends, over }),
      z.strictObject({ steps: z.array(z.tuple([stretch, number])).min(1) }),
    ])
    .meta({ title: "schedule" });
  return z.union([number, shapes]);
}

/** States a bound of the number that the schema is of. */
function bounded(def: ScheduledDef, bound: Bound, given: readonly unknown[]): z.ZodType {
  const number = def.number as unknown as Partial<Record<Bound, (...of: unknown[]) => z.ZodNumber>>;
  const narrower = number[bound]?.(...given);
  if (narrower !== undefined)
    return new ScheduledPipe({ ...def, in: numberOrSchedule(narrower), number: narrower });
  throw new UnequalError(
    "PART_INVALID",
    `scheduled(…).${bound}() needs the schema of a plain number, but is given ${def.number.type}. State the bound in the schema within.`,
  );
}

const ScheduledPipe = z.core.$constructor<z.ZodPipe, ScheduledDef>(
  "ScheduledPipe",
  (schema, def) => {
    GivenPipe.init(schema, def);
    for (const bound of BOUNDS)
      Object.assign(schema, { [bound]: (...given: unknown[]) => bounded(def, bound, given) });
  },
);

/**
 * Makes the schema of a numeric option that may change along a run: a number within the bounds of `number`, or a
 * {@link Schedule} between such numbers. What the part gets is a function of the run's progress:
 * `options: z.strictObject({ beta: scheduled(z.number().min(0).max(1)).default(linear(0.4, 1)) })`.
 */
export function scheduled(number: z.ZodType<number, number>): ScheduledSchema {
  return new ScheduledPipe({
    type: "pipe",
    in: numberOrSchedule(number),
    out: z.transform(numberAt as (given: unknown) => NumberAt),
    number,
  }) as unknown as ScheduledSchema;
}
