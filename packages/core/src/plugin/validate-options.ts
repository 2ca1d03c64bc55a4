import type { StandardSchemaV1 } from "@standard-schema/spec";
import { UnequalError } from "../errors.js";
import { suggest } from "./suggest.js";

/** Describes one option for listings. */
export interface OptionDescription {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly description?: string;
}

interface JsonSchema {
  readonly title?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
  readonly description?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

function objectText(properties: Readonly<Record<string, JsonSchema>>): string {
  const entries = Object.entries(properties).map(
    ([name, schema]) => `${name}: ${typeText(schema)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

function typeText(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(" | ");
  if (schema.enum !== undefined)
    return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.properties !== undefined) return objectText(schema.properties);
  if (schema.items !== undefined) return `${typeText(schema.items)}[]`;
  return schema.type ?? "any";
}

/** Lists the options of a schema, as far as it can describe itself (Standard JSON Schema). */
export function describeOptions(
  schema: StandardSchemaV1 | undefined,
): readonly OptionDescription[] {
  const standard = schema?.["~standard"] as
    { jsonSchema?: { input: (options: { target: string }) => unknown } } | undefined;
  if (standard?.jsonSchema === undefined) return [];
  const json = standard.jsonSchema.input({ target: "draft-2020-12" }) as JsonSchema;
  return Object.entries(json.properties ?? {}).map(([name, option]) => ({
    name,
    type: typeText(option),
    ...(option.default === undefined ? {} : { default: option.default }),
    ...(option.description === undefined ? {} : { description: option.description }),
  }));
}

function issueText(issue: StandardSchemaV1.Issue, known: readonly string[]): string {
  const unknownKeys = (issue as { readonly keys?: readonly string[] }).keys;
  if (unknownKeys !== undefined) {
    return unknownKeys.map((key) => `unknown option "${key}"${suggest(key, known)}`).join("; ");
  }
  const path = (issue.path ?? [])
    .map((segment) => String(typeof segment === "object" ? segment.key : segment))
    .join(".");
  return path === "" ? issue.message : `option "${path}": ${issue.message}`;
}

/**
 * Checks options against a schema and fills in defaults.
 * @throws OPTION_INVALID naming the owner, each faulty option and, for unknown ones, the nearest known
 */
export function validateOptions(
  owner: string,
  schema: StandardSchemaV1 | undefined,
  given: unknown,
): unknown {
  if (schema === undefined) {
    const keys = Object.keys(given ?? {});
    if (keys.length === 0) return {};
    throw new UnequalError(
      "OPTION_INVALID",
      `${owner} takes no options, but got "${keys.join('", "')}". Remove them.`,
    );
  }
  const result = schema["~standard"].validate(given);
  if (result instanceof Promise) {
    throw new UnequalError(
      "OPTION_INVALID",
      `${owner}: its option schema is asynchronous. Use a synchronous one.`,
    );
  }
  if (result.issues === undefined) return result.value;
  const known = describeOptions(schema).map((option) => option.name);
  const text = result.issues.map((issue) => issueText(issue, known)).join("; ");
  const hint = known.length > 0 ? ` Options: ${known.join(", ")}.` : "";
  throw new UnequalError("OPTION_INVALID", `${owner}: ${text}.${hint}`);
}
