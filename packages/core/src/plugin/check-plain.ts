import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The part of a JSON schema that tells which options are objects, and what an option may be. */
export interface JsonSchema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
  /** The part that an option names where nothing is given: zod drops `default` of what it transforms. */
  readonly preset?: string;
  readonly description?: string;
  /** What holds where it is left out, in words. */
  readonly usual?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** Describes a schema as far as it can describe itself (Standard JSON Schema). */
export function jsonSchemaOf(schema: StandardSchemaV1 | undefined): JsonSchema {
  const standard = schema?.["~standard"] as
    { jsonSchema?: { input: (options: { target: string }) => unknown } } | undefined;
  try {
    return standard?.jsonSchema?.input({ target: "draft-2020-12" }) ?? {};
  } catch {
    // a schema of another library need not be able to
    return {};
  }
}

/** Names what a value is: `Object` for plain ones and instances of classes, else `Map`, `Promise`, `Date`, …. */
export function kindOfObject(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that a schema asks for, unless it also takes something else that is an object. */
function wantedObject(schema: JsonSchema): JsonSchema | undefined {
  const branches = schema.anyOf ?? [schema];
  const free = branches.some(
    ({ type, enum: names, const: only }) => (type ?? names ?? only) === undefined,
  );
  return free ? undefined : branches.find(({ type }) => type === "object");
}

/**
 * Finds what is given for an object of options but keeps its entries elsewhere, such as a Map: to a schema it is an
 * object without entries, and would be ignored. Returns where it is, as `a.b`, and what.
 */
export function findForeign(
  given: unknown,
  schema: JsonSchema,
  path = "",
): { readonly path: string; readonly kind: string } | undefined {
  const wanted = isObject(given) ? wantedObject(schema) : undefined;
  if (wanted === undefined) return undefined;
  const kind = kindOfObject(given);
  if (kind !== "Object") return { path, kind };
  for (const [name, option] of Object.entries(wanted.properties ?? {})) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    const found = findForeign(value, option, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
