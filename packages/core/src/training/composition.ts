import { altered } from "../altered.js";
import "./reflect.js";
import { container, instanceCachingFactory, type DependencyContainer } from "tsyringe";
import type { CandidateOrder } from "../contracts/candidate-order.js";
import type { Estimator } from "../contracts/estimator.js";
import type { Random } from "../contracts/random.js";
import type { Scheduler } from "../contracts/scheduler.js";
import type { Remembering, Stateful } from "../contracts/state.js";
import { EventBus } from "../events.js";
import type { PartContext, Spec } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { Kind, Roles } from "../plugin/roles.js";
import { createRandom } from "../random/create-random.js";
import { composeScheduler } from "../schedulers/compose-scheduler.js";
import { fixed } from "../schedulers/sizers/fixed.js";
import { remembers } from "../state/remembers.js";
import { fixedRate } from "../schedulers/rates/fixed.js";
import { systemClock } from "../system-clock.js";
import type { Cursor } from "./budget.js";
import { createCandidateOrder } from "./candidates/candidate-order.js";
import { makerOf } from "./provide.js";
import { exampleLoader } from "./scoring/inline-scoring.js";
import { inlineScoring } from "./scoring/inline-scoring.js";
import { TOKENS, type Token } from "./tokens.js";
import type { FilledOptions } from "./trainer-options.js";

/** A trainer that is being composed: in a container of its own. */
export interface Composition {
  readonly options: FilledOptions;
  readonly scope: DependencyContainer;
  readonly generators: Map<string, Random>;
  /** Scorers, weightings and sources of signals, those that other parts use included, by unique names. */
  readonly remembering: Map<string, Remembering>;
  readonly cursor: Cursor;
}

/** Resolves a binding. */
export function get<T>({ scope }: Composition, token: Token<T>): T {
  return scope.resolve<T>(token);
}

/** Names a part by its role; parts of the same name are told apart by a number. */
function uniqueName({ generators }: Composition, role: string): string {
  const alike = [...generators.keys()].filter((name) => name.split("#", 1)[0] === role).length;
  return alike === 0 ? role : `${role}#${alike}`;
}

/** Gives a part a generator of its own, which is saved with the run. */
export function fork(composition: Composition, role: string): Random {
  return forkAs(composition, uniqueName(composition, role));
}

function forkAs(composition: Composition, name: string): Random {
  const random = get(composition, TOKENS.random).fork(name);
  composition.generators.set(name, random);
  return random;
}

/** Kinds whose parts need no state: where one has it, the trainer saves it, whichever part uses it. */
const MAY_REMEMBER: ReadonlySet<Kind> = new Set(["scorer", "weighting", "signal"]);

/** Sets a part up for the run. */
export function build<K extends Kind>(composition: Composition, kind: K, spec: Spec<K>): Roles[K] {
  const registry = get(composition, TOKENS.registry);
  const part = registry.part(kind, spec);
  const name = uniqueName(composition, `${kind}/${part.name}`);
  const context: PartContext = {
    random: forkAs(composition, name),
    events: get(composition, TOKENS.events),
    clock: get(composition, TOKENS.clock),
    factsOf: registry.factsOf,
    use: (other, otherSpec) => build(composition, other, otherSpec),
    registered: (other) => get(composition, TOKENS.registry).factories(other),
  };
  const role = part.setup(context);
  if (MAY_REMEMBER.has(kind)) composition.remembering.set(name, role as Remembering);
  return role;
}

/** Binds a token to the usual value, or to what is provided. */
function bind<T>({ options, scope }: Composition, token: Token<T>, usual: () => T): void {
  const make = makerOf(options.provide, token, usual);
  scope.register<T>(token, { useFactory: instanceCachingFactory(make) });
}

function orderOf(composition: Composition): CandidateOrder {
  const { size } = get(composition, TOKENS.dataset);
  return createCandidateOrder(size, fork(composition, "order"), composition.options.shuffle);
}

/** Under `nonFinite: "skip"` what is left out is known when the losses are: the update then comes after a wait. */
export function estimatorOf(composition: Composition): Estimator {
  const estimator = get(composition, TOKENS.estimator);
  return composition.options.nonFinite === "skip"
    ? altered(estimator, { immediate: false })
    : estimator;
}

/** Takes a whole scheduler, or composes the usual one. */
function schedulerOf(composition: Composition): Scheduler {
  const { scheduler } = composition.options;
  if (scheduler !== undefined) return build(composition, "scheduler", scheduler);
  const gate = get(composition, TOKENS.gate);
  return composeScheduler(gate, get(composition, TOKENS.sizer), get(composition, TOKENS.rate));
}

function wire(composition: Composition): void {
  const { options, cursor } = composition;
  const { learner, dataset } = options;
  bind(composition, TOKENS.clock, () => systemClock);
  bind(composition, TOKENS.registry, () => options.registry ?? new Registry([]));
  bind(
    composition,
    TOKENS.events,
    () => new EventBus(() => ({ step: cursor.update, seconds: cursor.seconds })),
  );
  bind(composition, TOKENS.random, () => createRandom(options.seed));
  bind(composition, TOKENS.learner, () => learner);
  bind(composition, TOKENS.dataset, () => dataset);
  bind(composition, TOKENS.order, () => orderOf(composition));
  bind(composition, TOKENS.scoring, () => {
    const source = {
      dataset: get(composition, TOKENS.dataset),
      learner: get(composition, TOKENS.learner),
    };
    const loader = exampleLoader(source, options.resident);
    return inlineScoring({ ...source, loader, clock: get(composition, TOKENS.clock) });
  });
  // without one there is a whole scheduler, and nobody asks for it
  bind(composition, TOKENS.gate, () => build(composition, "gate", options.gate as Spec<"gate">));
  bind(composition, TOKENS.sizer, () => build(composition, "sizer", options.sizer ?? fixed()));
  bind(composition, TOKENS.rate, () => build(composition, "rate", options.rate ?? fixedRate()));
  bind(composition, TOKENS.scheduler, () => schedulerOf(composition));
  bind(
    composition,
    TOKENS.scorer,
    () => options.scorer && build(composition, "scorer", options.scorer),
  );
  bind(composition, TOKENS.sampler, () => build(composition, "sampler", options.sampler));
  bind(composition, TOKENS.weighting, () => build(composition, "weighting", options.weighting));
  bind(composition, TOKENS.estimator, () => build(composition, "estimator", options.estimator));
}

/** Begins to compose a trainer: binds every token. */
export function beginComposition(options: FilledOptions): Composition {
  const cursor: Cursor = {
    update: 0,
    seen: 0,
    trained: 0,
    seconds: 0,
    importanceSteps: 0,
    importance: false,
  };
  const scope = container.createChildContainer();
  const composition: Composition = {
    options,
    scope,
    generators: new Map(),
    remembering: new Map(),
    cursor,
  };
  wire(composition);
  return composition;
}

/** Returns what remembers something and need not, by name: what parts were set up with, and what was provided for them. */
export function remembering(composition: Composition): Record<string, Stateful> {
  const parts = new Map<string, Remembering | undefined>(composition.remembering);
  const provided: Readonly<Record<string, Remembering | undefined>> = {
    scorer: get(composition, TOKENS.scorer),
    weighting: get(composition, TOKENS.weighting),
    scoring: get(composition, TOKENS.scoring),
  };
  for (const [role, part] of Object.entries(provided))
    if (![...parts.values()].includes(part)) parts.set(role, part);
  return Object.fromEntries(
    [...parts].filter((entry): entry is [string, Stateful] => remembers(entry[1])),
  );
}
