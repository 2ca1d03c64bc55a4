import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { EngineDescription } from "../contracts/backend.js";
import type { Clock } from "../contracts/clock.js";
import type { Random } from "../contracts/random.js";
import type { EventBus } from "../events.js";
import { checkDefaults } from "./check-defaults.js";
import { NO_FACTS, withFacts, type Behaviour, type Facts } from "./facts.js";
import type { Kind, Roles } from "./roles.js";
import { validateOptions } from "./validate-options.js";

const PART = Symbol.for("unequal.part");
const FACTORY = Symbol.for("unequal.factory");

/**
 * Looks up the facts of a part that an option names, without setting it up.
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID
 */
export type FactsOf = <K extends Kind>(kind: K, spec: Spec<K>) => Facts<K>;

/** Hands a part what it may use of the run that it is built for. */
export interface PartContext {
  /** The part's own generator. */
  readonly random: Random;
  readonly events: EventBus;
  readonly clock: Clock;
  /** Tells what another part is. */
  readonly factsOf: FactsOf;
  /** Builds another part, for decorators and combinators. */
  readonly use: <K extends Kind>(kind: K, spec: Spec<K>) => Roles[K];
  /** Lists the parts of a kind that are registered, for parts that choose among them. */
  readonly registered: <K extends Kind>(kind: K) => readonly PartFactory<K>[];
}

/** Describes one plugin part: a name, an option schema and how to set it up. */
export interface PartDefinition<K extends Kind, S extends StandardSchemaV1 = StandardSchemaV1> {
  /** Kebab-case; also the file's, the page's and the config's name. */
  readonly name: string;
  /** One sentence for `unequal plugins`. */
  readonly summary: string;
  /** The paper, with its equation where one is meant. */
  readonly paper?: string;
  /** Any Standard Schema; absent means no options. Objects must be strict: unknown keys are errors. */
  readonly options?: S;
  /** Of a sampler: unbiased weights make its estimates unbiased, which the contract suite tests. Of a weighting: E[Σ coefficients] = 1. Of an estimator: E[step] is that along the full gradient. */
  readonly unbiased?: boolean;
  /** Names the parts that suit this one, by kind, where a config names none: `{ weighting: "none" }`. */
  readonly defaults?: Readonly<Partial<Record<Kind, string>>>;
  /** What the part is, as far as it is not the usual: `{ scored: true }`; a function where that follows from its options. The contract suite holds the part to it. */
  readonly facts?:
    | Partial<Facts<K>>
    | ((options: StandardSchemaV1.InferOutput<S>, factsOf: FactsOf) => Partial<Facts<K>>);
  /** Of a backend: what is known of its engine. */
  readonly engine?: EngineDescription;
  /** Builds the part for one run: what it does. */
  readonly setup: (options: StandardSchemaV1.InferOutput<S>, context: PartContext) => Behaviour<K>;
}

/** A part with its options, checked, ready to be set up: what goes into `createTrainer`. */
export interface Part<K extends Kind = Kind> {
  readonly [PART]: true;
  readonly kind: K;
  readonly name: string;
  /** The options as given, for reports and resolved configs. */
  readonly given: unknown;
  readonly definition: Omit<PartDefinition<K>, "setup" | "options" | "facts">;
  /** Tells what the part is. @throws OPTION_INVALID where it does not suit the parts that its options name */
  readonly facts: (factsOf: FactsOf) => Facts<K>;
  readonly setup: (context: PartContext) => Roles[K];
}

/** Makes parts of one definition: `proportional({ draw: "multinomial" })`. */
export interface PartFactory<K extends Kind = Kind, I = never> {
  /** @throws OPTION_INVALID */
  (options?: I): Part<K>;
  readonly [FACTORY]: true;
  readonly kind: K;
  readonly definition: PartDefinition<K>;
}

/** Names a part in a config: a value made in code, a registered name, or a name with options next to it. */
export type Spec<K extends Kind = Kind> =
  Part<K> | string | { readonly name: string; readonly [option: string]: unknown };

function definePart<K extends Kind, S extends StandardSchemaV1>(
  kind: K,
  definition: PartDefinition<K, S>,
): PartFactory<K, StandardSchemaV1.InferInput<S>> {
  const owner = `${kind} "${definition.name}"`;
  checkDefaults(owner, definition.options);
  const factory = (given: unknown = {}): Part<K> => {
    const options = validateOptions(owner, definition.options, given);
    const facts = (factsOf: FactsOf): Facts<K> => {
      const own =
        typeof definition.facts === "function"
          ? definition.facts(options, factsOf)
          : definition.facts;
      return { ...NO_FACTS[kind], ...own } as unknown as Facts<K>;
    };
    return {
      [PART]: true,
      kind,
      name: definition.name,
      given,
      definition,
      facts,
      setup: (context) =>
        withFacts<K>(owner, definition.setup(options, context), facts(context.factsOf)),
    };
  };
  return Object.assign(factory, { [FACTORY]: true as const, kind, definition });
}

function definer<K extends Kind>(kind: K) {
  return <S extends StandardSchemaV1 = StandardSchemaV1<Record<string, never>>>(
    definition: PartDefinition<K, S>,
  ): PartFactory<K, StandardSchemaV1.InferInput<S>> => definePart(kind, definition);
}

/** Defines a sampler: which candidates to train on. */
export const defineSampler = definer("sampler");
/** Defines a scorer: how much each candidate is worth. */
export const defineScorer = definer("scorer");
/** Defines a weighting: how much each drawn candidate counts. */
export const defineWeighting = definer("weighting");
/** Defines an estimator: which direction to step in. */
export const defineEstimator = definer("estimator");
/** Defines a whole scheduler: when to train by importance sampling, and how large its steps are. */
export const defineScheduler = definer("scheduler");
/** Defines a gate: when to train by importance sampling. */
export const defineGate = definer("gate");
/** Defines a sizer: how large pool and batch are. */
export const defineSizer = definer("sizer");
/** Defines a rate: how far importance steps go. */
export const defineRate = definer("rate");
/** Defines a source of signals other than the model's own. */
export const defineSignal = definer("signal");
/** Defines a backend: on which engine tensors live. */
export const defineBackend = definer("backend");
/** Defines a named data set. */
export const defineDataset = definer("dataset");
/** Defines a named architecture. */
export const defineModel = definer("model");
/** Defines a named optimizer. */
export const defineOptimizer = definer("optimizer");
/** Defines a reporter: what a person sees. */
export const defineReporter = definer("reporter");

/** Tells whether a value is a {@link Part}, also one of another copy of this package. */
export function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && PART in value;
}

/** Tells whether a value is a {@link PartFactory}, also one of another copy of this package. */
export function isPartFactory(value: unknown): value is PartFactory {
  return typeof value === "function" && FACTORY in value;
}
