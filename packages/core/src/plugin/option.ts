import { z } from "zod";

/** What an option means, for those who list it: help, editors, docs. */
interface Meaning {
  readonly description: string;
  /** What holds where it is left out, in words, if that depends on other options. */
  readonly usual?: string;
}

/** An option that has a default; the mark is for the compiler alone. */
export type Defaulted<S extends z.ZodType> = z.ZodOptional<S> & { readonly "~defaulted": true };

/** Makes an option that may be left out, with the `default` that {@link withDefaults} fills in, if there is one. */
export function option<S extends z.ZodType>(
  schema: S,
  meaning: Meaning & { readonly default: z.input<S> },
): Defaulted<S>;
export function option<S extends z.ZodType>(schema: S, meaning: Meaning): z.ZodOptional<S>;
export function option(schema: z.ZodType, meaning: Meaning): z.ZodOptional {
  return schema.optional().meta({ ...meaning });
}

/** Makes the schema of something that zod has none for, such as an instance or a function. */
export function opaque<T>(
  holds: (value: unknown) => boolean,
  { must, title }: { readonly must: string; readonly title: string },
): z.ZodType<T, T> {
  return z.unknown().refine(holds, must).meta({ title }) as never;
}

/** Options with their defaults filled in. */
export type Filled<S extends z.ZodObject> = {
  readonly [K in keyof S["shape"]]: S["shape"][K] extends Defaulted<infer T>
    ? z.input<T>
    : z.input<S["shape"][K]>;
};

/** Fills in the defaults of options that were left out; checks nothing. */
export function withDefaults<S extends z.ZodObject>(schema: S, given: z.input<S>): Filled<S> {
  const missing = Object.entries(schema.shape).flatMap(([name, each]) => {
    const { default: value } = ((each as z.ZodType).meta() ?? {}) as { default?: unknown };
    const absent = (given as Readonly<Record<string, unknown>>)[name] === undefined;
    return absent && value !== undefined ? [[name, value] as const] : [];
  });
  return { ...given, ...Object.fromEntries(missing) } as Filled<S>;
}

/** Says of an option what else holds where it is left out: it may be left out then. */
export function usually<S extends z.ZodType>(
  schema: S,
  usual: { readonly default: z.input<S> },
): Defaulted<S>;
export function usually<S extends z.ZodType>(
  schema: S,
  usual: { readonly usual: string },
): z.ZodOptional<S>;
export function usually(
  schema: z.ZodType,
  usual: Pick<Meaning, "usual"> & { readonly default?: unknown },
): z.ZodOptional {
  const { description = "" } = schema.meta() ?? {};
  return option(schema, { description, ...usual });
}
