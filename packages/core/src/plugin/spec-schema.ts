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

type UsualSpec<K extends Kind> = z.ZodPipe<
  z.ZodOptional<z.ZodType<Spec<K>, Spec<K>>>,
  z.ZodTransform<Spec<K>, Spec<K> | undefined>
>;

/** Makes the schema of an option that names another part, for decorators and combinators. */
export function specSchema<K extends Kind>(kind: K): z.ZodType<Spec<K>, Spec<K>>;
/** Makes the schema of an option that names another part, `usual` where none is named. */
export function specSchema<K extends Kind>(kind: K, usual: Spec<K>): UsualSpec<K>;
export function specSchema(kind: Kind, usual?: Spec): unknown {
  const named = z
    .unknown()
    .refine(
      isSpec,
      `must be a ${kind}: a name, an object with a name and options, or a part made in code`,
    );
  if (usual === undefined) return named.meta({ title: kind });
  return named
    .optional()
    .transform((spec) => spec ?? usual)
    .meta({ title: kind, preset: typeof usual === "string" ? usual : usual.name });
}
