import { UnequalError } from "../errors.js";
import type { Kind, Roles } from "./roles.js";

/** The facts of each kind of part, and what they are where a definition does not say otherwise. */
export const NO_FACTS = {
  backend: {},
  dataset: {},
  estimator: { arity: 1, immediate: false, scalesRate: false },
  gate: { requires: [] },
  model: {},
  optimizer: {},
  rate: { requires: [] },
  reporter: {},
  sampler: { scored: false, proposes: false, arity: 1, reads: [], requires: [] },
  scheduler: { requires: [] },
  scorer: { requires: [] },
  signal: { signals: new Map() },
  sizer: { requires: [], steady: false },
  weighting: {},
} as const satisfies { readonly [K in Kind]: Partial<Roles[K]> };

type FactOf<K extends Kind> = keyof (typeof NO_FACTS)[K] & keyof Roles[K];

/** What is known of a part before it is set up: the members of its contract that say what it is, not what it does. */
export type Facts<K extends Kind> = Pick<Roles[K], FactOf<K>>;

/** What `setup` returns: what a part does. What it is its definition says. */
export type Behaviour<K extends Kind> = Omit<Roles[K], FactOf<K>>;

/** Tells whether what `setup` returned keeps to the definition: of a list, that it has nothing which is not there. */
function keepsTo(fact: unknown, found: unknown): boolean {
  if (!Array.isArray(fact) || !Array.isArray(found)) return Object.is(fact, found);
  return found.every((each) => fact.includes(each));
}

function refuse(owner: string, what: string): never {
  throw new UnequalError("PART_INVALID", `The ${owner} ${what}`);
}

/**
 * Adds to what `setup` returned what the definition says that the part is.
 * @throws PART_INVALID where the two contradict each other
 */
export function withFacts<K extends Kind>(
  owner: string,
  made: Behaviour<K>,
  facts: Facts<K>,
): Roles[K] {
  const found: Readonly<Record<string, unknown>> = made;
  for (const [name, fact] of Object.entries(facts)) {
    if (!(name in found) || keepsTo(fact, found[name])) continue;
    refuse(
      owner,
      `must say what it is in its definition, but its setup returns \`${name}\`, which there is another. Write facts: { ${name}: … } next to its name.`,
    );
  }
  const { proposes } = facts as { readonly proposes?: boolean };
  if (proposes !== undefined && proposes !== (typeof found["propose"] === "function"))
    refuse(
      owner,
      `must have \`propose\` if it says so, and only then, but ${proposes ? "has none" : "says nothing of it"}. Write facts: { proposes: ${!proposes} }.`,
    );
  const role = Object.isExtensible(made) ? made : { ...made };
  for (const [name, value] of Object.entries(facts))
    // not to be listed: a decorator that spreads what it wraps has facts of its own
    Object.defineProperty(role, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  return role as unknown as Roles[K];
}
