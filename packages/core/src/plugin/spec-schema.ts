import { z } from "zod";
import { isPart, type Spec } from "./part.js";
import type { Kind } from "./roles.js";

function isSpec(value: unknown): boolean {
  if (typeof value === "string" || isPart(value)) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { name?: unknown }).name === "string"
  );
}

/** Makes the schema of an option that names another part, for decorators and combinators. */
export function specSchema<K extends Kind>(kind: K): z.ZodType<Spec<K>, Spec<K>> {
  return z
    .unknown()
    .refine(
      isSpec,
      `must be a ${kind}: a name, an object with a name and options, or a part made in code`,
    )
    .meta({ title: kind }) as never;
}
