import type { PartFactory } from "./part.js";

const PLUGIN = Symbol.for("unequal.plugin");

/** Counts the plugin contracts; raised when a contract changes incompatibly, apart from package versions. */
export const API_VERSION = 1;

/** Joins the parts that one package publishes. */
export interface Plugin {
  readonly [PLUGIN]: true;
  readonly name: string;
  /** The {@link API_VERSION} that the plugin was written for: a literal, not the constant. */
  readonly apiVersion: number;
  readonly parts: readonly PartFactory[];
}

/** Makes a plugin: a plain value, registered by whoever is given it. */
export function definePlugin(definition: {
  readonly name: string;
  readonly apiVersion: number;
  readonly parts: readonly unknown[];
}): Plugin {
  return { [PLUGIN]: true, ...definition, parts: definition.parts as readonly PartFactory[] };
}

/** Tells whether a value is a {@link Plugin}, also one of another copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && PLUGIN in value;
}
