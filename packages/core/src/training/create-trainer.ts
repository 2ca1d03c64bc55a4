import "./reflect.js";
import { container, instanceCachingFactory, type DependencyContainer } from "tsyringe";
import type { Dataset } from "../contracts/dataset.js";
import type { Estimator } from "../contracts/estimator.js";
import type { Learner } from "../contracts/learner.js";
import type { Random } from "../contracts/random.js";
import { EventBus } from "../events.js";
import { Registry } from "../plugin/registry.js";
import type { Kind, PartContext, Roles } from "../plugin/roles.js";
import type { Spec } from "../plugin/part.js";
import { createRandom } from "../random/create-random.js";
import { fixed } from "../schedulers/fixed.js";
import { TOKENS, type Token } from "../tokens.js";
import { createCandidateOrder, type CandidateOrder } from "./candidate-order.js";
import { checkedLaw } from "./checked-law.js";
import { chooseScoring } from "./choose-scoring.js";
import { biasNotes } from "./bias-notes.js";
import { checkOptions } from "./check-options.js";
import { checkTrainer } from "./check-trainer.js";
import type { Cursor } from "./cursor.js";
import { describeParts, nameOf, presampleOf } from "./describe-parts.js";
import { exampleLoader, type Resident } from "./example-loader.js";
import { inlineScoring } from "./inline-scoring.js";
import { leftOutTeller } from "./left-out-teller.js";
import { createMetricControl, noMetricControl } from "./metric-control.js";
import type { NonFinite } from "./score-pool.js";
import type { ScoringOption } from "./scoring-option.js";
import { createAgreement } from "./agreement.js";
import { createReuse } from "./reuse.js";
import { systemClock } from "./system-clock.js";
import { Trainer } from "./trainer.js";
import type { TrainerParts } from "./trainer-parts.js";
import { createUpcoming } from "./upcoming.js";
import { createWeightWatch } from "./weight-watch.js";

/** Replaces one binding of the composition root. */
export type Provision<T = unknown> = readonly [Token<T>, T];

/** Composes a trainer. Parts are values made in code, or names that the registry knows. */
export interface TrainerOptions {
  readonly learner: Learner;
  readonly dataset: Dataset;
  readonly sampler: Spec<"sampler">;
  /** Needed by samplers that draw by score. */
  readonly scorer?: Spec<"scorer">;
  /** Sources of signals that the model does not offer. */
  readonly signals?: readonly Spec<"signal">[];
  readonly weighting: Spec<"weighting">;
  readonly estimator: Spec<"estimator">;
  readonly gate: Spec<"gate">;
  /** How large importance steps are; default `fixed`: always B candidates and b rows. */
  readonly sizer?: Spec<"sizer">;
  /** b: rows trained on in one uniform update; N / b updates make an epoch. */
  readonly batchSize: number;
  /** B: candidates scored for one importance step, where a sizer starts; default 5 b. */
  readonly presample?: number;
  readonly seed?: number | string;
  /**
   * Keep the whole dataset on the engine and pick candidates out of it there: always, never, or (`auto`, the default)
   * where the learner says that it is worth it, the dataset is fixed and it fits.
   */
  readonly resident?: Resident;
  /** Where candidates are scored: before the step (`inline`, default), beside training, or (`auto`) where it is faster. */
  readonly scoring?: ScoringOption;
  /**
   * k: batches drawn from one scored pool, for as many steps; default 1. Fewer are drawn where the effective sample size
   * of the pool, or the correlation of its scores with fresh ones, is too low.
   */
  readonly reuse?: number;
  /** Deal candidates in a new random order every pass (default), or in the dataset's own. */
  readonly shuffle?: boolean;
  /**
   * What to do about a loss that is not a finite number, or a score that is NaN, infinite or negative: an error naming the
   * example (default), or leave that example out of the step, and out of what is learned from it, as if it had not been a
   * candidate; the others count for it. Where no row is left the update is skipped, or ends in an error if training diverged.
   */
  readonly nonFinite?: NonFinite;
  /** Every how many uniform steps a paid signal is probed; default 10. */
  readonly probeEvery?: number;
  readonly registry?: Registry;
  /** Replaces bindings: `[[TOKENS.clock, myClock]]`. */
  readonly provide?: readonly Provision<never>[] | readonly Provision[];
}

interface Composition {
  readonly options: TrainerOptions;
  readonly scope: DependencyContainer;
  readonly generators: Map<string, Random>;
  readonly cursor: Cursor;
}

function get<T>({ scope }: Composition, token: Token<T>): T {
  return scope.resolve<T>(token);
}

function fork(composition: Composition, role: string): Random {
  const unique = composition.generators.has(role) ? `${role}#${composition.generators.size}` : role;
  const random = get(composition, TOKENS.random).fork(unique);
  composition.generators.set(unique, random);
  return random;
}

function build<K extends Kind>(composition: Composition, kind: K, spec: Spec<K>): Roles[K] {
  const part = get(composition, TOKENS.registry).part(kind, spec);
  const context: PartContext = {
    random: fork(composition, `${kind}/${part.name}`),
    events: get(composition, TOKENS.events),
    clock: get(composition, TOKENS.clock),
    use: (other, otherSpec) => build(composition, other, otherSpec),
  };
  return part.setup(context);
}

function bind<T>({ scope }: Composition, token: Token<T>, make: () => T): void {
  if (scope.isRegistered(token)) return;
  scope.register<T>(token, { useFactory: instanceCachingFactory(make) });
}

function orderOf(composition: Composition): CandidateOrder {
  const { size } = get(composition, TOKENS.dataset);
  return createCandidateOrder(
    size,
    fork(composition, "order"),
    composition.options.shuffle ?? true,
  );
}

/** Under `nonFinite: "skip"` what is left out is known when the losses are: the update then comes after a wait. */
function estimatorOf(composition: Composition): Estimator {
  const estimator = get(composition, TOKENS.estimator);
  return composition.options.nonFinite === "skip" ? { ...estimator, immediate: false } : estimator;
}

function wire(composition: Composition): void {
  const { options, cursor } = composition;
  const { learner, dataset } = options;
  for (const [token, value] of options.provide ?? [])
    composition.scope.register(token, { useValue: value });
  bind(composition, TOKENS.clock, () => systemClock);
  bind(composition, TOKENS.registry, () => options.registry ?? new Registry([]));
  bind(
    composition,
    TOKENS.events,
    () => new EventBus(() => ({ step: cursor.update, seconds: cursor.seconds })),
  );
  bind(composition, TOKENS.random, () => createRandom(options.seed ?? 0));
  bind(composition, TOKENS.learner, () => learner);
  bind(composition, TOKENS.dataset, () => dataset);
  bind(composition, TOKENS.order, () => orderOf(composition));
  bind(composition, TOKENS.scoring, () => {
    const source = {
      dataset: get(composition, TOKENS.dataset),
      learner: get(composition, TOKENS.learner),
    };
    const loader = exampleLoader(source, options.resident ?? "auto");
    return inlineScoring({ ...source, loader, clock: get(composition, TOKENS.clock) });
  });
  bind(composition, TOKENS.gate, () => build(composition, "gate", options.gate));
  bind(composition, TOKENS.sizer, () => build(composition, "sizer", options.sizer ?? fixed()));
  bind(
    composition,
    TOKENS.scorer,
    () => options.scorer && build(composition, "scorer", options.scorer),
  );
  bind(composition, TOKENS.sampler, () => build(composition, "sampler", options.sampler));
  bind(composition, TOKENS.weighting, () => build(composition, "weighting", options.weighting));
  bind(composition, TOKENS.estimator, () => build(composition, "estimator", options.estimator));
}

function resolveParts(composition: Composition): TrainerParts {
  const { options, generators } = composition;
  const registry = get(composition, TOKENS.registry);
  const sources = (options.signals ?? []).map((spec) => build(composition, "signal", spec));
  const { unbiased = false } = registry.part("weighting", options.weighting).definition;
  const [events, dataset] = [get(composition, TOKENS.events), get(composition, TOKENS.dataset)];
  const sampler = get(composition, TOKENS.sampler);
  const plain = {
    batchSize: options.batchSize,
    presample: presampleOf(options),
    seed: options.seed ?? 0,
    nonFinite: options.nonFinite ?? "error",
    leftOut: leftOutTeller(events, dataset),
    weightWatch: createWeightWatch(events),
    claimsNoBias: unbiased,
    notes: biasNotes(options, registry),
    probeEvery: options.probeEvery ?? 10,
    description: describeParts(options),
    generators,
    clock: get(composition, TOKENS.clock),
    sampler,
    law: checkedLaw(sampler, nameOf(options.sampler)),
    estimator: estimatorOf(composition),
    events,
    gate: get(composition, TOKENS.gate),
    random: fork(composition, "trainer"),
    ...{ learner: get(composition, TOKENS.learner), dataset },
    order: get(composition, TOKENS.order),
    reuse: createReuse(options.reuse ?? 1),
    agreement: createAgreement(),
    sources,
    metrics: unbiased ? createMetricControl() : noMetricControl(),
    scorer: get(composition, TOKENS.scorer),
    weighting: get(composition, TOKENS.weighting),
    sizer: get(composition, TOKENS.sizer),
  };
  const inline = get(composition, TOKENS.scoring);
  const parts = { ...plain, ...chooseScoring(plain, inline, options.scoring) };
  return { ...parts, upcoming: createUpcoming(parts) };
}

/**
 * Composes a trainer from parts, in a container of its own that is disposed with it.
 *
 * @throws BATCH_LARGER_THAN_POOL, DATASET_TOO_SMALL, SCORER_MISSING, SCORER_UNUSED, SIGNAL_UNAVAILABLE,
 *   GATE_NEEDS_SCORES, GATE_UNREACHABLE, SIZER_NEEDS_SCORES, SIZES_INVALID, ESTIMATOR_UNSUPPORTED, UNKNOWN_NAME, OPTION_INVALID: all before step 0
 */
export function createTrainer(options: TrainerOptions): Trainer {
  checkOptions(options);
  const cursor: Cursor = {
    update: 0,
    seen: 0,
    trained: 0,
    seconds: 0,
    importanceSteps: 0,
    importance: false,
  };
  const scope = container.createChildContainer();
  const composition: Composition = { options, scope, generators: new Map(), cursor };
  wire(composition);
  const parts = resolveParts(composition);
  checkTrainer(parts);
  return new Trainer(parts, cursor, () => void scope.dispose());
}
