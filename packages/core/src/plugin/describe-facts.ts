import { isUnequalError } from "../errors.js";
import type { FactsOf, PartFactory } from "./part.js";
import type { Registry } from "./registry.js";

/** Finds the facts of a part with its default options; undefined where some must be given, or name what is not there. */
function usualFacts(factory: PartFactory, factsOf: FactsOf): object | undefined {
  try {
    return factory().facts(factsOf);
  } catch (error) {
    if (isUnequalError(error)) return undefined;
    throw error;
  }
}

/** Tells what is worth saying: `false`, 1 and empty lists are what parts usually are. */
function isUsual(fact: unknown): boolean {
  return fact === false || fact === 1 || (Array.isArray(fact) && fact.length === 0);
}

/** Makes plain data of a map. */
function plain(fact: unknown): unknown {
  return fact instanceof Map ? Object.fromEntries(fact) : fact;
}

/**
 * Lists what a part is, as far as it is not the usual, with its default options: `{ scored: true }`. Undefined where that
 * follows from options that must be given. Nothing is set up.
 */
export function describeFacts(
  factory: PartFactory,
  { factsOf }: Registry,
): Readonly<Record<string, unknown>> | undefined {
  const { facts = {} } = factory.definition;
  const found = typeof facts === "function" ? usualFacts(factory, factsOf) : facts;
  if (found === undefined) return undefined;
  const told = Object.entries(found).filter(([, fact]) => !isUsual(fact));
  return Object.fromEntries(told.map(([name, fact]) => [name, plain(fact)]));
}

function factText([name, fact]: readonly [string, unknown]): string {
  if (fact === true) return name;
  if (Array.isArray(fact)) return `${name} ${fact.join(" and ")}`;
  return `${name} ${JSON.stringify(fact)}`;
}

/** Writes facts down: `proposes, arity 3, reads embedding`. */
export function factsText(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts).map(factText).join(", ");
}
