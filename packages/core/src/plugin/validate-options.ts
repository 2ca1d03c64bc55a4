import type { StandardSchemaV1 } from "@standard-schema/spec";
import { UnequalError } from "../errors.js";
import { findForeign, jsonSchemaOf, type JsonSchema } from "./check-plain.js";
import { suggest } from "../suggest.js";

/** Describes one option for listings. */
export interface OptionDescription {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly description?: string;
  /** What holds where it is left out, in words, if that depends on other options. */
  readonly usual?: string;
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
  return [schema.type ?? "any"].flat().join(" | ");
}

function optionsOf(json: JsonSchema): readonly OptionDescription[] {
  return Object.entries(json.properties ?? {}).map(([name, option]) => {
    const { preset, default: value = preset, description, usual } = option;
    return {
      name,
      type: typeText(option),
      ...(value === undefined ? {} : { default: value }),
      ...(description === undefined ? {} : { description }),
      ...(usual === undefined ? {} : { usual }),
    };
  });
}

/** Lists the options of a schema, as far as it can describe itself (Standard JSON Schema). */
export function describeOptions(
  schema: StandardSchemaV1 | undefined,
): readonly OptionDescription[] {
  return optionsOf(jsonSchemaOf(schema));
}

/** Finds what a schema says of a place within its options. */
function schemaAt(json: JsonSchema, path: readonly string[]): JsonSchema {
  const [name, ...rest] = path;
  if (name === undefined) return json.anyOf?.find(({ properties }) => properties) ?? json;
  const branches = json.anyOf ?? [json];
  const inner = branches.flatMap(({ properties = {} }) => properties[name] ?? []);
  return inner[0] === undefined ? {} : schemaAt(inner[0], rest);
}

/** Shows a value that was given, shortly. */
function shown(value: unknown): string {
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** Where a schema only says that no alternative fits, says what would, and what came. */
function alternatives(
  name: string,
  known: readonly OptionDescription[],
  given: unknown,
): string | undefined {
  const option = known.find((each) => each.name === name);
  if (option === undefined || option.type === "any") return undefined;
  const value = (given as Readonly<Record<string, unknown>>)[name];
  return `option "${name}": must be ${option.type}, but is ${shown(value)}`;
}

function issueText(issue: StandardSchemaV1.Issue, json: JsonSchema, given: unknown): string {
  const options = optionsOf(json);
  const places = (issue.path ?? []).map((segment) =>
    String(typeof segment === "object" ? segment.key : segment),
  );
  const path = places.join(".");
  const unknownKeys = (issue as { readonly keys?: readonly string[] }).keys;
  if (unknownKeys !== undefined) {
    const known = optionsOf(schemaAt(json, places)).map(({ name }) => name);
    const named = (key: string): string => [...places, key].join(".");
    return unknownKeys
      .map((key) => `unknown option "${named(key)}"${suggest(key, known)}`)
      .join("; ");
  }
  if (issue.message === "Invalid input") {
    const text = alternatives(path, options, given);
    if (text !== undefined) return text;
  }
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
  const foreign = findForeign(given, jsonSchemaOf(schema));
  if (foreign !== undefined) {
    const { path, kind } = foreign;
    throw new UnequalError(
      "OPTION_INVALID",
      `${owner}: ${path === "" ? "its options" : `option "${path}"`} must be a plain object, but ${path === "" ? "are" : "is"} a ${kind}. Give { … }${kind === "Map" ? ", such as Object.fromEntries(map)" : ""}.`,
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
  const json = jsonSchemaOf(schema);
  const known = optionsOf(json).map((option) => option.name);
  const text = result.issues.map((issue) => issueText(issue, json, given)).join("; ");
  const hint = known.length > 0 ? ` Options: ${known.join(", ")}.` : "";
  throw new UnequalError("OPTION_INVALID", `${owner}: ${text}.${hint}`);
}
