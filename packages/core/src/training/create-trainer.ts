import "./reflect.js";
import { container, instanceCachingFactory, type DependencyContainer } from "tsyringe";
import type { Estimator } from "../contracts/estimator.js";
import type { Progress } from "../contracts/progress.js";
import type { Random } from "../contracts/random.js";
import type { Gate, Sizer } from "../contracts/scheduler.js";
import { EventBus } from "../events.js";
import type { PartContext, Spec } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { Kind, Roles } from "../plugin/roles.js";
import { createRandom } from "../random/create-random.js";
import { fixed } from "../schedulers/fixed.js";
import { systemClock } from "../system-clock.js";
import { biasNotes } from "./bias-notes.js";
import type { Cursor } from "./budget.js";
import { createCandidateOrder, type CandidateOrder } from "./candidates/candidate-order.js";
import { trialCandidates } from "./candidates/trial-candidates.js";
import { createUpcoming } from "./candidates/upcoming.js";
import { checkOptions } from "./check-options.js";
import { checkTrainer } from "./check-trainer.js";
import { leftOutTeller } from "./checks/left-out-teller.js";
import { noteTeller } from "./checks/note-teller.js";
import { createWeightWatch } from "./checks/weight-watch.js";
import { createCalibration } from "./costs/calibration.js";
import { measureScoring } from "./costs/measure-scoring.js";
import { startReplica } from "./costs/replica-choice.js";
import { describeParts, nameOf, presampleOf } from "./describe-parts.js";
import { checkedLaw } from "./draws/checked-law.js";
import { createReuse } from "./draws/reuse.js";
import { createAgreement } from "./estimates/agreement.js";
import { createMetricControl, noMetricControl } from "./estimates/metric-control.js";
import { readDataset } from "./pools/chunks.js";
import { chooseScoring } from "./scoring/choose-scoring.js";
import { exampleLoader } from "./scoring/example-loader.js";
import { inlineScoring } from "./scoring/inline-scoring.js";
import { batchDrawer } from "./step/draw-batch.js";
import { stepEstimates } from "./step/estimate-step.js";
import { stepLearner } from "./step/learn-from.js";
import { updateMaker } from "./step/make-update.js";
import { referenceOf } from "./step/reference.js";
import { rowSelector } from "./step/select-rows.js";
import { stepSizes } from "./step/step-sizes.js";
import { rowTrainer } from "./step/train-rows.js";
import { TOKENS, type Token } from "./tokens.js";
import { Trainer } from "./trainer.js";
import type { TrainerOptions } from "./trainer-options.js";

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

/** What every part of a run may be given, of which each takes what it needs. */
function sharedParts(composition: Composition) {
  const { options } = composition;
  const registry = get(composition, TOKENS.registry);
  const sources = (options.signals ?? []).map((spec) => build(composition, "signal", spec));
  const { unbiased = false } = registry.part("weighting", options.weighting).definition;
  const [events, dataset] = [get(composition, TOKENS.events), get(composition, TOKENS.dataset)];
  const sampler = get(composition, TOKENS.sampler);
  const shared = {
    ...{ batchSize: options.batchSize, presample: presampleOf(options) },
    nonFinite: options.nonFinite ?? "error",
    probeEvery: options.probeEvery ?? 10,
    leftOut: leftOutTeller(events, dataset),
    weightWatch: createWeightWatch(events),
    claimsNoBias: unbiased,
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
  } as const;
  const inline = get(composition, TOKENS.scoring);
  return { ...shared, ...chooseScoring(shared, inline, options.scoring) };
}

type SharedParts = ReturnType<typeof sharedParts>;

/** Joins them to what makes the steps of a run. */
function joinParts(shared: SharedParts) {
  const { background, scoringSettings, random, gate, sizer } = shared;
  const upcoming = createUpcoming({ ...shared, limits: background && scoringSettings.background });
  const estimates = stepEstimates(shared);
  const draw = batchDrawer({
    ...shared,
    upcoming,
    select: rowSelector({ ...shared, upcoming }),
  });
  const reference = (update: number) => referenceOf(shared, update);
  const train = rowTrainer({ ...shared, estimates, reference });
  const learn = stepLearner({ ...shared, estimates });
  const tryOut = async ({ update }: Progress) =>
    background?.tryOut(trialCandidates(shared, random.fork(`trial ${update}`), update));
  const needsCosts = ({ requires }: Gate | Sizer) => requires.has("costs");
  const auto = scoringSettings.name === "auto";
  const calibration = createCalibration({
    ...shared,
    asked: [gate, sizer].some(needsCosts),
    gated: needsCosts(gate),
    auto,
    measureScoring: (progress, calls) => measureScoring(shared, progress, calls),
  });
  return {
    upcoming,
    calibration,
    makeUpdate: updateMaker({ ...shared, upcoming, draw, train, learn, tryOut }),
    sizes: (progress: Progress, importance: boolean) =>
      stepSizes({ ...shared, upcoming }, progress, importance),
    startReplica: (left: () => number | undefined) => startReplica({ background, auto }, left),
  };
}

function trainerOf({ options, generators, cursor, scope }: Composition, shared: SharedParts): Trainer {
  const { learner, sampler, estimator, gate, sizer, order, metrics, reuse, agreement } = shared;
  const joined = joinParts(shared);
  const { upcoming } = joined;
  const registry = scope.resolve<Registry>(TOKENS.registry);
  const parts = {
    ...shared,
    ...joined,
    ...{ generators, seed: options.seed ?? 0, description: describeParts(options) },
    stateful: { learner, sampler, estimator, gate, sizer, order, metrics, reuse, upcoming, agreement },
    prepare: async () => sampler.prepare?.(readDataset(shared.dataset, shared.presample)),
    tellNotes: noteTeller({ ...shared, notes: biasNotes(options, registry) }),
    release: async () => {
      estimator.dispose();
      await shared.scoring.dispose();
      shared.events.dispose();
      await scope.dispose();
    },
  };
  return new Trainer(parts, cursor);
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
  const shared = sharedParts(composition);
  checkTrainer(shared);
  return trainerOf(composition, shared);
}
