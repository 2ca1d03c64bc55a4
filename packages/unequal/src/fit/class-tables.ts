import { kindOfObject, UnequalError } from "@unequal/core";
import type { ClassWeight, FitOptions } from "./fit-options.js";

/** Weights of the classes of each output, in the model's order; undefined where none are given. */
export type ClassTables = readonly (ClassWeight | undefined)[];

const FORM = "an object such as { 0: 1, 1: 2.5 }, alone, in a list of one, or by the output's name";

function invalid(message: string): UnequalError {
  return new UnequalError("OPTION_INVALID", message);
}

/** What a table is: weights by class, in an object or, for the classes from 0, in a list. */
function isTable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value)
    ? value.length > 0 && value.every((each) => typeof each === "number")
    : kindOfObject(value) === "Object" &&
        Object.values(value).every((each) => !Array.isArray(each));
}

function checkTable(value: unknown): ClassWeight {
  if (!isTable(value)) {
    const came = kindOfObject(value);
    throw invalid(
      `classWeight must be ${FORM}, but is of the type ${came}.${came === "Map" ? " Give Object.fromEntries(map)." : ""}`,
    );
  }
  const entries = Object.entries(value as ClassWeight);
  if (entries.length === 0) throw invalid(`classWeight must be ${FORM}, but names no class.`);
  for (const [label, weight] of entries) {
    if (!/^\d+$/.test(label))
      throw invalid(
        `classWeight must be keyed by classes, whole numbers from 0, but has the key "${label}".`,
      );
    if (!(Number.isFinite(weight) && weight >= 0))
      throw invalid(
        `classWeight must hold finite numbers ≥ 0, but class ${label} has ${String(weight)}.`,
      );
  }
  return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ofOne(given: unknown, name: string): unknown {
  const list = Array.isArray(given) && given.length === 1 ? (given as unknown[])[0] : given;
  return isRecord(list) && name in list ? list[name] : list;
}

function ofSeveral(given: unknown, names: readonly string[]): readonly unknown[] {
  if (Array.isArray(given) && given.length === names.length) return given;
  if (isRecord(given) && Object.keys(given).some((key) => names.includes(key))) {
    const unknown = Object.keys(given).find((key) => !names.includes(key));
    if (unknown === undefined) return names.map((name) => given[name]);
  }
  throw invalid(
    `classWeight of a model with ${names.length} outputs must be a list of ${names.length} objects, or have them by the outputs' names (${names.join(", ")}). Give null for an output without weights.`,
  );
}

/**
 * Reads the option `classWeight` in each form that TensorFlow.js takes it in.
 * @throws OPTION_INVALID
 */
export function classTables(
  given: FitOptions["classWeight"],
  names: readonly string[],
): ClassTables | undefined {
  if (given === undefined) return undefined;
  const each = names.length === 1 ? [ofOne(given, names[0] ?? "")] : ofSeveral(given, names);
  return each.map((table) =>
    names.length > 1 && (table === null || table === undefined) ? undefined : checkTable(table),
  );
}
